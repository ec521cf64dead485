"""Whatever comes, a letter comes out, in texts that PostgreSQL takes."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.channels.email.read.letter import letter_of
from opora.channels.email.read.tests.test_corpus import LETTERS
from opora.channels.email.read.wire import packed
from opora.intake.types import Letter

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CORPUS = [path.read_bytes() for path in map(Path, LETTERS)]
SHARDS = [
    *(b"\r\n", b"\n\n", b"\r", b"\0", b"\xff\xfe", b"=", b"--", b"<", b'"', b"=?utf-8?b?", b"?="),
    *(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"<div><b>", b"&#0;&#xD800;"),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"charset=utf-7\r\n",
        b"+2D0-",
        b"\x1b$B",
        b"From: ",
    ),
]


def assert_whole(letter: Letter) -> None:
    told, _ = packed(letter)  # a lone surrogate would not become UTF-8
    assert b"\\u0000" not in told
    assert all(file.name and "/" not in file.name for file in letter.attachments)
    assert letter.sender == letter.sender.lower()


@given(st.binary(max_size=3000))
@RELAXED
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    assert_whole(letter_of(raw))


@given(st.lists(st.sampled_from([*SHARDS, b"a", b" ", b"\xc4"]), max_size=60))
@RELAXED
def test_any_heap_of_shards_is_a_letter(shards: list[bytes]) -> None:
    assert_whole(letter_of(b"".join(shards)))


@given(st.data())
@settings(RELAXED, max_examples=300)
def test_a_letter_with_wounds_is_a_letter(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(CORPUS))
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(raw)))
        end = start + data.draw(st.integers(0, 40))
        wound = data.draw(st.sampled_from(SHARDS) | st.binary(max_size=5))
        raw = raw[:start] + wound + raw[end:]
    assert_whole(letter_of(raw))


@given(st.data())
@RELAXED
def test_a_letter_that_was_cut_is_a_letter(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(CORPUS))
    assert_whole(letter_of(raw[: data.draw(st.integers(0, len(raw)))]))
