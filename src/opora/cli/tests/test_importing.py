"""`opora intake --maildir` and `--mbox`: history into the journal, once, and without noise."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.running import Running, a_letter, eventually

DATE = "Mon, 05 Feb 2024 10:00:00 +0300"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    return tmp_path


def put(maildir: Path, number: int, **over: str) -> str:
    """Put a letter there; returns its Message-ID."""
    mark = f"<{maildir.name}-{number}@romashka.example>"
    letter = a_letter(f"Request {number}", message_id=mark, **{"Date": DATE, **over})
    (maildir / "new" / f"{number}.host").write_bytes(letter)
    return mark


def settled(house: Running, mark: str) -> tuple[Any, ...]:
    """Outcome, mailbox, when it came, when its ticket was opened, how many receipts it caused."""
    question = (
        "SELECT a.outcome, d.address, to_char(a.received_at, 'YYYY-MM-DD'),"
        " to_char(t.opened_at, 'YYYY-MM-DD'), (SELECT count(*) FROM outbox_delivery o"
        " WHERE o.ticket_id = t.id) FROM intake_arrival a JOIN doors_door d ON d.id = a.door_id"
        " JOIN desk_ticket t ON t.id = a.ticket_id WHERE a.message_id = %s"
    )
    with house.database() as database:
        assert eventually(lambda: database.execute(question, [mark]).fetchone() is not None)
        return database.execute(question, [mark]).fetchone() or ()


def test_an_import_keeps_the_letters_dates_and_sends_nothing(house: Running, maildir: Path) -> None:
    mark = put(maildir, 1)
    done = house.opora("intake", "--maildir", str(maildir))
    assert (done.returncode, done.stderr[:28]) == (0, b"1 taken, 0 known already, 0 ")
    assert settled(house, mark) == (
        *("opened", "support@demo.example"),
        *("2024-02-05", "2024-02-05", 0),
    )


def test_a_live_import_is_as_if_the_letters_came_now(house: Running, maildir: Path) -> None:
    mark = put(maildir, 1)
    assert house.opora("intake", "--live", "--maildir", str(maildir)).returncode == 0
    outcome, _, received, _, receipts = settled(house, mark)
    assert (outcome, receipts, received != "2024-02-05") == ("opened", 1, True)


def test_the_head_names_the_mailbox_unless_one_is_said(house: Running, maildir: Path) -> None:
    mark = put(maildir, 1, to="Sales <sales@demo.example>")
    assert house.opora("intake", "--maildir", str(maildir)).returncode == 0
    assert settled(house, mark)[1] == "sales@demo.example"
    other = put(maildir, 2)
    words = ["--maildir", str(maildir), "--mailbox", "sales@demo.example"]
    assert house.opora("intake", *words).returncode == 0
    assert settled(house, other)[1] == "sales@demo.example"


def test_an_import_run_again_takes_only_what_is_new(house: Running, maildir: Path) -> None:
    for number in range(210):  # more than a batch
        put(maildir, number)
    assert b"210 taken, 0 known" in house.opora("intake", "--maildir", str(maildir)).stderr
    put(maildir, 210)
    assert b"1 taken, 210 known" in house.opora("intake", "--maildir", str(maildir)).stderr
    assert len(list((maildir / "new").iterdir())) == 211  # read, not moved


def test_an_mbox_is_imported_letter_by_letter(house: Running, tmp_path: Path) -> None:
    letters = [
        a_letter(f"From an mbox {number}", message_id=f"<mbox-{number}@x>", Date=DATE)
        for number in range(3)
    ]
    start = b"From alice@example.org Fri Jul  8 12:08:34 2011\n"
    (tmp_path / "a.mbox").write_bytes(b"".join(start + letter + b"\n" for letter in letters))
    done = house.opora("intake", "--mbox", str(tmp_path / "a.mbox"))
    assert (done.returncode, done.stderr[:8]) == (0, b"3 taken,")
    assert settled(house, "<mbox-2@x>")[0] == "opened"


def test_a_letter_too_large_is_named_and_the_others_are_taken(
    house: Running, maildir: Path
) -> None:
    mark = put(maildir, 1)
    (maildir / "new" / "0.host").write_bytes(b"x" * 50_000_001)
    done = house.opora("intake", "--maildir", str(maildir))
    assert (done.returncode, b"new/0.host: not taken" in done.stderr) == (os.EX_DATAERR, True)
    assert settled(house, mark)[0] == "opened"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--maildir", "/nowhere"], os.EX_NOINPUT),
        (["--mbox", "/nowhere"], os.EX_NOINPUT),
        (["--maildir", ".", "--mailbox", "nobody@demo.example"], os.EX_NOUSER),
    ],
)
def test_what_cannot_be_imported_has_its_code(house: Running, words: list[str], code: int) -> None:
    done = house.opora("intake", *words)
    assert (done.returncode, done.stderr.count(b"\n")) == (code, 1)
