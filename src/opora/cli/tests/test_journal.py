"""`opora journal` as others read it: the names are a contract, the exit code a proof."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from tests.running import Running, a_letter, eventually, opora

NAMES = [
    *("id", "channel", "mailbox", "received_at", "sha256"),
    *("message_id", "in_reply_to", "references", "from", "from_name", "to", "subject"),
    *("text", "html", "reply_text", "attachments", "is_auto_reply", "is_bounce", "is_feedback"),
    *("dsn", "outcome", "reason", "ticket", "error"),
]


def listed(house: Running) -> list[dict[str, Any]]:
    done = house.opora("journal", "list", "--json")
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def settle(house: Running, raw: bytes) -> dict[str, Any]:
    """Hand it over, wait, and return its line."""
    sha256 = hashlib.sha256(raw).hexdigest()
    assert house.opora("intake", given=raw).returncode == 0
    with house.database() as database:
        question = "SELECT outcome <> 'received' FROM intake_arrival WHERE sha256 = %s"
        assert eventually(lambda: database.execute(question, [sha256]).fetchone() == (True,))
    return next(line for line in listed(house) if line["sha256"] == sha256)


def piped(house: Running, words: str, reader: str) -> subprocess.CompletedProcess[bytes]:
    """With the exit code of our command, not of its reader's."""
    line = f"{' '.join(opora(*words.split()))} | {reader}; exit ${{PIPESTATUS[0]}}"
    return subprocess.run(
        ["/bin/bash", "-c", line], env=house.environ, capture_output=True, check=False
    )


def test_a_letter_is_listed_as_it_was_read(house: Running) -> None:
    line = settle(
        house,
        a_letter(
            "Принтер горит",
            "Дымит\u2028и шипит.\n-- \nАлиса",
            message_id="<journal-1@x>",
            sender="Алиса <ALICE@romashka.example>",
            References="<a@x> <b@x>",
            In_Reply_To="<b@x>",
        ),
    )
    assert list(line) == NAMES
    assert line["from"] == "alice@romashka.example"
    assert (line["from_name"], line["to"]) == ("Алиса", ["support@demo.example"])
    assert (line["in_reply_to"], line["references"]) == (["<b@x>"], ["<a@x>", "<b@x>"])
    assert (line["outcome"], line["reason"] is not None, line["error"]) == ("opened", True, "")
    assert isinstance(line["ticket"], int)


def test_what_is_no_letter_is_listed_too(house: Running) -> None:
    line = settle(house, b"\x00\xff" * 50)
    assert list(line) == NAMES
    assert line["outcome"] in ("opened", "set_aside", "failed")


def test_a_reader_that_has_seen_enough_is_no_error(house: Running) -> None:
    settle(house, a_letter("The first of many", message_id="<journal-2@x>"))
    done = piped(house, "journal list --json", "head -c 1")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"{", b"")


def test_balanced_books_are_proven(house: Running) -> None:
    done = house.opora("journal", "verify")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.endswith(b"The books balance.\n")


def test_a_changed_file_is_found_and_its_rows_are_named(house: Running) -> None:
    raw = a_letter("Will be changed", message_id="<journal-3@x>")
    line = settle(house, raw)
    path = Path(house.home, "blobs", line["sha256"][:2], line["sha256"])
    path.write_bytes(raw[:-1] + b"?")
    try:
        done = house.opora("journal", "verify")
        unread = piped(house, "journal verify", "true")
    finally:
        path.write_bytes(raw)
    assert (done.returncode, unread.returncode) == (1, 1)
    assert f"arrival {line['id']}: its bytes have changed" in done.stdout.decode()
