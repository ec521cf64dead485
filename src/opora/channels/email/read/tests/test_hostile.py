"""Letters that were made to hurt: each is read within seconds of processor time, and kept."""

import base64
import time
from collections.abc import Callable, Iterator

import pytest

from opora.channels.email.read.letter import letter_of
from opora.intake.types import Letter

HEAD = b"From: eve@evil.example\r\nTo: support@demo.example\r\nSubject: Help\r\n"
SECONDS = 5.0  # far above what is needed (below 1), far below a square of the size


@pytest.fixture(autouse=True)
def _quickly() -> Iterator[None]:
    before = time.process_time()
    yield
    assert time.process_time() - before < SECONDS


def html(body: bytes) -> Letter:
    return letter_of(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body)


def plain(body: bytes) -> Letter:
    return letter_of(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body)


def test_a_header_of_a_megabyte() -> None:
    letter = letter_of(b"X-Long: " + b"a b " * 250_000 + b"\r\n" + HEAD + b"\r\nText.")
    assert (letter.subject, letter.text) == ("Help", "Text.")


def test_a_folded_header_of_a_megabyte() -> None:
    letter = letter_of(b"X-Long: a" + b"\r\n\tb" * 250_000 + b"\r\n" + HEAD + b"\r\nText.")
    assert (letter.subject, letter.text) == ("Help", "Text.")


def test_a_subject_of_a_megabyte_of_encoded_words() -> None:
    words = b" =?utf-8?q?=D0=9F?=\r\n" * 50_000
    letter = letter_of(b"From: eve@evil.example\r\nSubject:" + words + b"\r\nText.")
    assert letter.subject.startswith("ППП")
    assert len(letter.subject) <= 1000


def test_a_hundred_thousand_recipients() -> None:
    to = b"To: " + b",\r\n ".join(b"u%d@x.example" % i for i in range(100_000))
    letter = letter_of(b"From: eve@evil.example\r\n" + to + b"\r\n\r\nText.")
    assert 0 < len(letter.to) <= 1000
    assert letter.text == "Text."


def test_fifty_thousand_headers() -> None:
    many = b"".join(b"X-%d: y\r\n" % i for i in range(50_000))
    assert letter_of(HEAD + many + b"\r\nText.").subject == "Help"


def test_parts_within_parts_ten_thousand_deep() -> None:
    body = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
        for i in range(10_000)
    )
    letter = letter_of(HEAD + body + b"Content-Type: text/plain\r\n\r\nDeep.")
    assert "nested too deep" in letter.defects
    assert len(letter.attachments) == 1  # the rest is kept as a file


def test_letters_within_letters_stay_one_file() -> None:
    body = b"Content-Type: message/rfc822\r\n\r\n" * 10_000
    letter = letter_of(HEAD + body + b"Text.")
    assert [file.media_type for file in letter.attachments] == ["message/rfc822"]


def test_a_hundred_thousand_parts() -> None:
    body = b"--b\r\n\r\nx\r\n" * 100_000
    letter = letter_of(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body)
    assert "too many parts" in letter.defects


def test_base64_of_thirty_megabytes_of_zeros() -> None:
    content = base64.encodebytes(bytes(30_000_000))
    letter = letter_of(
        HEAD
        + b"Content-Type: application/zip; name=bomb.zip\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + content
    )
    assert [(file.name, len(file.content)) for file in letter.attachments] == [
        ("bomb.zip", 30_000_000)
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        b"<div>" * 100_000 + b"Seen",
        b"<b>" * 300_000 + b"Seen",
        b"<p>" + b"".join(b"<font color=c%d>" % i for i in range(900)) + b"</p><p>Seen" * 3_000,
        b"<p>" + b"".join(b"<font color=c%d>" % i for i in range(300)) + b"</p><p>Seen" * 500,
        b"<table><tr><td>" * 30_000 + b"Seen",
        b"<a href=x><b>" * 900 + b"<p>Seen" * 20_000,
        b"<!--" * 200_000 + b"-->Seen",
        b"<p " + b"a=b " * 300_000 + b">Seen",
        b'<p style="' + b"color:red;" * 200_000 + b'">Seen',
        b"<blockquote>" * 900 + b"Seen",
        b"&lt;" * 300_000 + b"Seen",
        b"<" * 1_000_000 + b"Seen",
        b"<img src=http://evil.example/x.png>" * 30_000 + b"Seen",
        b"<svg><style>" * 900 + b"</style></svg>" * 900 + b"Seen",
    ],
    ids=lambda body: body[:12].decode(),
)
def test_html_that_was_made_to_hurt(hostile: bytes) -> None:
    letter = html(b"<p>Hello</p>" + hostile)
    assert "Hello" in letter.text
    assert "Hello" in letter.html or letter.attachments  # shown, or kept whole as a file


@pytest.mark.parametrize(
    "line",
    [
        b"> " * 500_000,
        b">\n" * 300_000,
        b"From: x\n" * 100_000,
        b"On Tue, 25 Nov 2025 at 10:15,\n" * 30_000,
        b"25.11.2025 10:15 " * 60_000,
        b"-" * 1_000_000,
        b" \n" * 500_000,
        b"-- \n" * 200_000,
        b"a@" * 300_000,
        b"Message-ID: <\n" * 70_000,
    ],
    ids=lambda line: repr(line[:12]),
)
def test_text_that_was_made_to_hurt(line: bytes) -> None:
    assert "Hello" in plain(b"Hello\n\n" + line).text


@pytest.mark.parametrize(
    "field",
    [
        lambda n: b"From: " + b"<" * n,
        lambda n: b"From: " + b"(" * n,
        lambda n: b'From: "' + b"\\" * n,
        lambda n: b"From: " + b"a@" * n,
        lambda n: b"Content-Type: text/plain;" + b" a" * n,
        lambda n: b"Content-Type: multipart/mixed; boundary=" + b"b" * n,
        lambda n: b"Content-Disposition: attachment; " + b"filename*0*=x;" * n,
        lambda n: b"Subject: " + b"=?" * n,
        lambda n: b"Subject: " + b"=?utf-8?b?" * n,
        lambda n: b"Date: " + b"1" * n,
        lambda n: b"References: " + b"<" * n,
        lambda n: b"References: " + b"<a@b>" * n,
    ],
)
def test_a_field_that_was_made_to_hurt(field: Callable[[int], bytes]) -> None:
    assert letter_of(field(100_000) + b"\r\n\r\nText.").message_id == ""


def test_a_message_id_too_long_for_an_index_is_none() -> None:
    too_long = "<" + "信" * 900 + "@x>"
    letter = letter_of(HEAD + f"Message-ID: {too_long}\r\nReferences: {too_long} <a@b>".encode())
    assert (letter.message_id, letter.references) == ("", ("<a@b>",))


def test_a_text_too_long_to_show_is_cut_and_kept_as_a_file() -> None:
    letter = plain(b"All of it. " * 100_000)
    assert len(letter.text) == 500_000
    assert [len(file.content) for file in letter.attachments] == [1_100_000]
    assert "text cut off: too long" in letter.defects


def test_a_bounce_of_ten_thousand_recipients() -> None:
    blocks = b"".join(
        b"Final-Recipient: rfc822; u%d@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" % i
        for i in range(10_000)
    )
    letter = letter_of(
        HEAD
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        + b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        + blocks
        + b"--b--"
    )
    assert letter.is_bounce
    assert len(letter.dsn) == 200


@pytest.mark.parametrize("filler", [b"\0", b"x", b"x\n", b"\xd0\xaf ", b"\xff", b"=", b"<"])
def test_a_text_of_thirty_megabytes(filler: bytes) -> None:
    letter = plain(b"Hello\n" + filler * (30_000_000 // len(filler)))
    assert letter.text.startswith("Hello")
    assert len(letter.text) <= 500_000
    assert len(letter.attachments) == 1


@pytest.mark.parametrize(
    ("open_ones", "paragraphs", "defect"),
    [
        (300, 500, "HTML that grows: only its text is kept"),
        (900, 3_000, "HTML nested too deep: only its text is kept"),
    ],
)
def test_formatting_that_html_repeats_in_each_paragraph_is_not_shown(
    open_ones: int, paragraphs: int, defect: str
) -> None:
    fonts = b"".join(b"<font color=c%d>" % number for number in range(open_ones))
    letter = html(b"<p>" + fonts + b"</p>" + b"<p>Seen</p>" * paragraphs)
    assert letter.defects == (defect,)
    assert letter.text.startswith("Seen")
    assert [file.media_type for file in letter.attachments] == ["text/html"]
