"""Letters out of archives: cut where a letter ends, and nowhere else."""

import mailbox
import os
from contextlib import closing
from pathlib import Path

import pytest

from opora.cli.intake.archives import Found, NoArchive, letters_of_maildir, letters_of_mbox
from opora.cli.intake.importing import date_of

LIMIT = 1000
DATED = b"From alice@example.org Fri Jul  8 12:08:34 2011"


def cut(tmp_path: Path, content: bytes) -> list[bytes | None]:
    path = tmp_path / "archive.mbox"
    path.write_bytes(content)
    return [found.raw for found in letters_of_mbox(path, LIMIT)]


@pytest.mark.parametrize(
    ("content", "letters"),
    [
        (b"", []),
        (DATED + b"\nA: 1\n\none\n\n" + DATED + b"\nB: 2\n", [b"A: 1\n\none\n", b"B: 2\n"]),
        (DATED + b"\r\nA: 1\r\n\r\none\r\n\r\n" + DATED + b"\r\n", [b"A: 1\r\n\r\none\r\n", b""]),
        (DATED + b"\nA: 1\n\none, without an end", [b"A: 1\n\none, without an end"]),
        (DATED + b"\nA: 1\n\none\n\n\n\n", [b"A: 1\n\none\n\n\n"]),
        # No line of a letter is taken for a beginning, and a quoted one stays as it stands there.
        (DATED + b"\nA: 1\n\nFrom here on\n", [b"A: 1\n\nFrom here on\n"]),
        (DATED + b"\nA: 1\n\n\nFrom then on\n", [b"A: 1\n\n\nFrom then on\n"]),
        (DATED + b"\nA: 1\n\n>" + DATED + b"\n", [b"A: 1\n\n>" + DATED + b"\n"]),
        # A program that forgets the empty line hides no letter behind another.
        (DATED + b"\nA: 1\n" + DATED + b"\nB: 2\n", [b"A: 1\n", b"B: 2\n"]),
        # Others: Google Takeout, Thunderbird, programs that write no date.
        (b"From 17@xxx Wed Jan 01 00:00:00 +0000 2020\nA: 1\n", [b"A: 1\n"]),
        (b"From - Fri Jul 08 12:08:34 2011\nA: 1\n\n" + DATED + b"\nB: 2", [b"A: 1\n", b"B: 2"]),
        (b"From alice\nA: 1\n\none\nFrom me\n\nFrom bob\nB\n", [b"A: 1\n\none\nFrom me\n", b"B\n"]),
    ],
)
def test_an_mbox_is_cut_into_its_letters(
    tmp_path: Path, content: bytes, letters: list[bytes]
) -> None:
    assert cut(tmp_path, content) == letters


def test_an_mbox_is_cut_as_pythons_own_library_cuts_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.mbox"
    with closing(mailbox.mbox(path)) as box:
        for number in range(50):
            box.add(f"Subject: {number}\n\nFrom me\n\n{'x' * number}\n{'-' * (number % 3)}")
        box.flush()
        theirs = [box.get_bytes(key) for key in box.iterkeys()]
    assert [found.raw for found in letters_of_mbox(path, LIMIT)] == theirs


def test_a_letter_too_large_is_named_and_the_next_one_comes(tmp_path: Path) -> None:
    large = b"x" * 200_000 + b"\n"
    assert cut(tmp_path, DATED + b"\n" + large * 3 + DATED + b"\nsmall\n") == [None, b"small\n"]


@pytest.mark.parametrize("content", [b"Subject: a letter\n\n", b"\n", b"\x00\x01"])
def test_something_else_is_no_mbox(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NoArchive, match="is no mbox"):
        cut(tmp_path, content)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "200.b.host").write_bytes(b"second")
    (tmp_path / "cur" / "100.a.host:2,S").write_bytes(b"first")
    (tmp_path / "cur" / "1000.c.host:2,").write_bytes(b"third")
    (tmp_path / "cur" / ".index").write_bytes(b"a program's own")
    (tmp_path / "tmp" / "50.d.host").write_bytes(b"half written")
    return tmp_path


def test_a_maildir_is_read_by_the_time_its_letters_came(maildir: Path) -> None:
    assert list(letters_of_maildir(maildir, LIMIT)) == [
        Found("cur/100.a.host:2,S", b"first"),
        Found("new/200.b.host", b"second"),
        Found("cur/1000.c.host:2,", b"third"),
    ]


def test_a_letter_read_by_somebody_meanwhile_is_found_again(maildir: Path) -> None:
    letters = letters_of_maildir(maildir, LIMIT)
    assert next(letters).raw == b"first"
    (maildir / "new" / "200.b.host").rename(maildir / "cur" / "200.b.host:2,RS")
    assert [found.raw for found in letters] == [b"second", b"third"]


def test_a_letter_that_cannot_be_read_is_named(maildir: Path) -> None:
    letters = letters_of_maildir(maildir, LIMIT)
    assert next(letters).raw == b"first"
    (maildir / "new" / "200.b.host").unlink()
    assert next(letters) == Found("new/200.b.host", reason=os.strerror(2))


def test_a_folder_of_something_else_is_no_maildir(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="is no maildir"):
        list(letters_of_maildir(tmp_path, LIMIT))


@pytest.mark.parametrize(
    ("head", "date"),
    [
        (b"Date: Mon, 5 Feb 2024 10:00:00 +0300\n\n", "2024-02-05T07:00:00+00:00"),
        (b"Date:\n Mon, 5 Feb 2024\n 10:00:00 -0000\n\n", "2024-02-05T10:00:00+00:00"),
        (b"Date: Mon, 5 Feb 2124 10:00:00 +0300\n\n", None),
        (b"Date: Mon, 5 Feb 1924 10:00:00 +0300\n\n", None),
        (b"Date: yesterday\n\n", None),
        (b"Date: \n\n", None),
        (b"A: 1\n\nDate: Mon, 5 Feb 2024 10:00:00 +0300\n", None),
        (b"Date: Mon, 5 Feb 2024 10:00:00 +9999\n\n", None),
    ],
)
def test_a_letters_date_is_believed_only_when_it_can_be_true(head: bytes, date: str | None) -> None:
    found = date_of(head)
    assert (found and found.isoformat()) == date
