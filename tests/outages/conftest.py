import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.browserless import Browser, set_up, signed_in
from tests.running import Running, a_letter, eventually, free_port, running

MAILBOX = "support@demo.example"


@dataclass
class House:
    """An Opora that sends by `far_port`, where nobody listens unless a test does."""

    opora: Running
    far_port: int
    agent: Browser
    letters: int = 0

    def letter(self, subject: str) -> bytes:
        """Each from somebody else: one address gets five receipts an hour."""
        self.letters += 1
        letter = a_letter(subject, sender=f"client{self.letters}@firm.example")
        return letter.replace(b"\n", b"\r\n")

    def code_for(self, letter: bytes) -> int:
        """What the listener says to a letter in the end, by SMTP; 0: it broke the connection."""
        try:
            self.opora.send(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            return int(next(iter(refused.recipients.values()))[0])
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        except (OSError, smtplib.SMTPServerDisconnected):
            return 0
        return 250

    def repeat(self, letter: bytes) -> bool:
        """As their servers do, until it is taken; each connection that broke may cost a 451."""
        return eventually(lambda: self.code_for(letter) == 250)

    def pipe(self, letter: bytes) -> int:
        """The exit code of `opora intake -`."""
        return self.opora.opora("intake", "-", given=letter).returncode

    def ask(self, question: str, *words: Any) -> Any:
        """The first column of the first row, None without one."""
        with self.opora.database() as database:
            row = database.execute(question, words).fetchone()
        return row[0] if row else None

    def tickets(self, subject: str) -> int:
        return int(self.ask("SELECT count(*) FROM desk_ticket WHERE subject = %s", subject))

    def becomes_one_ticket(self, subject: str, seconds: float = 40) -> bool:
        """And stays one: nothing of the same letter waits any more."""
        waiting = "SELECT count(*) FROM intake_arrival WHERE outcome = 'received'"
        assert eventually(lambda: self.tickets(subject) > 0, seconds), self.opora.log.read_text()
        return eventually(lambda: self.ask(waiting) == 0) and self.tickets(subject) == 1


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """For all tests here; each leaves it running."""
    with TemporaryDirectory(prefix="opora-outage-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL of a run as root is another user
        with a_house(Path(folder) / "home") as found:
            yield found


@contextmanager
def a_house(home: Path) -> Iterator[House]:
    with running(home) as opora:
        port = free_port()
        set_up(opora, port, MAILBOX)
        yield House(opora, port, signed_in(opora, "ada@demo.example"))
