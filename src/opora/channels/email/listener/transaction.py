"""One letter's envelope: what is asked before its bytes may come."""

from typing import TYPE_CHECKING, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

from opora.channels.email.listener.addressing import clean
from opora.channels.email.listener.content import Content
from opora.channels.email.listener.limits import Limits
from opora.channels.email.listener.reception import Reception

if TYPE_CHECKING:
    from opora.channels.email.listener.session import Visitor
    from opora.doors.models import Door

STOPPING = "421 4.3.2 Shutting down: try again in a moment"
STRANGERS = "421 4.7.0 Too many unknown recipients"


class House(Protocol):
    """What all conversations share."""

    reception: Reception
    limits: Limits
    hostname: str
    is_stopping: bool

    def admit(self, visitor: "Visitor") -> str:
        """Empty, or the answer that turns the connection away."""

    def dismiss(self, visitor: "Visitor") -> None: ...


class Transaction(Envelope):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.doors: dict[str, Door | None] = {}  # None: the letter's head is to be asked
        self.incoming = Content(limit)
        self.is_chunked = False  # begun by BDAT
        self.is_binary = False


class Hooks:
    """One a connection; the library calls it where it leaves the decision to us.

    It fixes the signatures: server, session, envelope, then what the command says.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._strangers = 0

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        if self._house.is_stopping:
            return STOPPING
        size = next((int(word[5:]) for word in options if word.startswith("SIZE=")), 0)
        refusal = self._house.reception.refuses(size)
        if not refusal:
            envelope.mail_from = sender
            envelope.mail_options.extend(options)
        return refusal or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: "Visitor", _: Session, envelope: Transaction, address: str, __: list[str]
    ) -> str:
        if envelope.is_chunked:
            return "503 5.5.1 The letter has begun"
        if len(envelope.rcpt_tos) >= self._house.limits.recipients:
            return "452 4.5.3 Too many recipients: send the letter again to the others"
        door = None
        if address.lower() != "postmaster":
            door = await self._house.reception.find_mailbox(clean(address))
        if isinstance(door, str):
            return self._refuse(server, door)
        envelope.rcpt_tos.append(address)
        envelope.doors[address] = door
        return "250 2.1.5 OK"

    def _refuse(self, server: "Visitor", answer: str) -> str:
        self._strangers += answer.startswith("5")
        if self._strangers <= self._house.limits.strangers:
            return answer
        server.is_leaving = True
        return STRANGERS
