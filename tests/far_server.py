"""Somebody else's mail server: takes letters on a free port, and misbehaves as told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.running import eventually, free_port


@dataclass
class FarServer:
    """What came, in order; `before_answer` is called with each letter before its 250."""

    letters: list[Message] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answer: str = "250 2.0.0 Taken"
    before_answer: Callable[[Message], None] | None = None
    port: int = 0

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        letter = message_from_bytes(content if isinstance(content, bytes) else b"")
        if self.answer.startswith("2"):
            self.letters.append(letter)
            self.recipients.append([str(one) for one in envelope.rcpt_tos])
        if self.before_answer:
            self.before_answer(letter)
        return self.answer

    def wait_for(self, test: Callable[[Message], bool], seconds: float = 30) -> Message:
        """The first letter that passes the test, once it has come."""
        assert eventually(lambda: any(map(test, self.letters)), seconds), "it did not come"
        return next(filter(test, self.letters))

    def message_ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]


@contextmanager
def far_server(port: int = 0) -> Iterator[FarServer]:
    server = FarServer(port=port or free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
