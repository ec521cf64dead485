"""One client's conversation, on top of aiosmtpd: what it leaves open, or does by lines, or once.

Said by the client               | answer
a recipient not ours             | 550 5.1.1
`<postmaster>`, without a domain | taken (RFC 5321 4.5.1); the letter's head says for which mailbox
more than SIZE                   | 552 5.3.4: at MAIL when announced, else after the last byte
too many recipients              | 452 4.5.3
guessing of addresses            | 421 4.7.0 and the end
nothing, or a letter, too slowly | 421 4.4.2 and the end
HTTP: a web page had a browser post to us | 421 4.7.0 and the end
a letter                         | what `reception` says; by SMTP 250 only if every mailbox has it
"""

import asyncio
import collections
import logging
import re
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import cast

from aiosmtpd.smtp import SMTP

from opora.channels.email.listener.addressing import clean, parse_path
from opora.channels.email.listener.content import CHUNK, Unstuffing, counted_chunks, stuffed_chunks
from opora.channels.email.listener.limits import CALLS
from opora.channels.email.listener.reception import Told, answer_to
from opora.channels.email.listener.transaction import Hooks, House, Transaction

log = logging.getLogger(__name__)
MAX_COMMAND = 2048
CODES = {  # RFC 3463, for answers that the library says without one
    "220": "2.0.0",
    "221": "2.0.0",
    "250": "2.0.0",
    "421": "4.3.2",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.7.0",
    "555": "5.5.4",
}
HTTP = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
WITHOUT_CODE = re.compile(r"[245]\d\d (?!\d\.\d{1,3}\.\d{1,3} )")
TOO_LARGE = "552 5.3.4 The letter is larger than this server takes"


class Visitor(SMTP):
    protocol = "smtp"
    line_length_limit = CHUNK  # of the reader's buffer: letters are not read by lines
    envelope: Transaction | None

    def __init__(self, house: House, tls: ssl.SSLContext | None = None) -> None:
        self.house = house
        self.peer = ""
        self.is_writing = False  # a letter is on its way into the journal
        self.is_leaving = False  # after the next answer
        self._deadline: float | None = None  # of the transaction, on the loop's clock
        super().__init__(
            Hooks(house),
            data_size_limit=house.limits.letter,
            enable_SMTPUTF8=True,
            hostname=house.hostname,
            ident="Opora",
            tls_context=tls,
            timeout=house.limits.command,
            command_call_limit=CALLS,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limit = MAX_COMMAND
        # The library's own grows by each EHLO, and is one for all connections.
        self.command_size_limits = collections.defaultdict(lambda: MAX_COMMAND)
        del self._smtp_methods["AUTH"]
        self._smtp_methods |= dict.fromkeys(HTTP, self._send_away)

    # --- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:  # else it is made again, for the encrypted part
            peer = transport.get_extra_info("peername")
            self.peer = peer[0] if peer else ""
            refusal = self.house.admit(self)
            if refusal:
                _turn_away(transport, refusal)
                return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.house.dismiss(self)
        if self.envelope:
            self.envelope.incoming.close()

    def eof_received(self) -> bool | None:
        """A client may close its half and still wait for our answers: the library would not."""
        if self.session is not None and self.session.ssl is not None:
            return super().eof_received()
        self._reader.feed_eof()
        return True

    @property
    def is_idle(self) -> bool:
        return not self.is_writing and not (self.envelope and self.envelope.mail_from)

    def leave(self, answer: str) -> None:
        """Say goodbye now, whatever the client is doing; of one who does not listen, at once."""
        if self.transport is None:
            return
        if self.transport.is_closing():
            cast(asyncio.Transport, self.transport).abort()
        else:
            self._writer.write(answer.encode() + b"\r\n")
            self.transport.close()

    def _timeout_cb(self) -> None:
        self.leave("421 4.4.2 Too slow: come again")
        super()._reset_timeout(self.house.limits.chunk)

    def _reset_timeout(self, duration: float | None = None) -> None:
        wait = duration or self.house.limits.command
        if self._deadline is not None:
            wait = min(wait, self._deadline - self.loop.time())
        super()._reset_timeout(max(wait, 0.001))  # 0 would be the library's default

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, asyncio.IncompleteReadError):
            self.is_leaving = True
            return "421 4.4.2 Goodbye"
        log.error("The conversation with %s broke", self.peer, exc_info=error)
        return answer_to(error)

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode()
        names_us = text in (f"220 {self.hostname} Opora", f"250 {self.hostname}")
        if WITHOUT_CODE.match(text) and text[:3] in CODES and not names_us:
            text = f"{text[:3]} {CODES[text[:3]]} {text[4:]}"
        await super().push(text)
        if self.is_leaving and self.transport is not None:
            self.transport.close()
            await self._writer.wait_closed()

    # --- the commands

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802
        if not hostname or self.session is None:
            await self.push("501 5.5.4 Say your name")
            return
        self._set_post_data_state()
        self.session.extended_smtp = True
        self.session.host_name = hostname
        lines = [self.hostname, *self._extensions()]
        ends = ["-"] * (len(lines) - 1) + [" "]
        await super().push(
            "\r\n".join(f"250{e}{line}" for e, line in zip(ends, lines, strict=True))
        )

    def _extensions(self) -> list[str]:
        plain = ["PIPELINING", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8"]
        tls = ["STARTTLS"] if self.tls_context and not self._tls_protocol else []
        return [f"SIZE {self.house.limits.letter}", *plain, "ENHANCEDSTATUSCODES", *tls]

    async def _send_away(self, arg: str | None) -> None:
        """At once: what follows HTTP's first lines could be commands in its body."""
        self.is_leaving = True
        await self.push("421 4.7.0 This is no web server")

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802
        await self.push("252 2.5.0 Send it, and see")

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        plain, found = re.subn(r"(?i)(?<=\sBODY=)BINARYMIME(?!\S)", "8BITMIME", arg or "")
        await super().smtp_MAIL(plain or None)
        if self._transaction().mail_from:
            self._transaction().is_binary = bool(found)
            self._deadline = self.loop.time() + self.house.limits.transaction

    def _set_post_data_state(self) -> None:
        if self.envelope:
            self.envelope.incoming.close()
        self._deadline = None
        self.envelope = Transaction(self.house.limits.letter)
        self.is_leaving = self.is_leaving or self.house.is_stopping

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The library's own is the full grammar of RFC 5322: slow, and raises."""
        return parse_path(arg) or (None, None)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        transaction = self._transaction()
        refusal = "501 5.5.4 Syntax: DATA" if arg else self._refuses_content()
        if not refusal and (transaction.is_chunked or transaction.is_binary):
            refusal = "503 5.5.1 This letter goes by BDAT"
        if refusal:
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        write, clean_dots = transaction.incoming.write, Unstuffing().feed
        await self._receive(stuffed_chunks(self._reader), lambda chunk: write(clean_dots(chunk)))
        await self._finish(transaction)

    async def smtp_BDAT(self, arg: str | None) -> None:  # noqa: N802
        """A piece of a letter, byte by byte (RFC 3030). A refused piece is read all the same."""
        match = re.fullmatch(r"(\d{1,12})(\s+LAST)?", arg or "", re.IGNORECASE)
        if match is None:
            self.is_leaving = True  # nobody knows where the piece ends
            await self.push("501 5.5.4 Syntax: BDAT size [LAST]")
            return
        transaction, refusal = self._transaction(), self._refuses_content()
        transaction.is_chunked = not refusal
        await self._receive(
            counted_chunks(self._reader, int(match[1])),
            _forget if refusal else transaction.incoming.write,
        )
        await self._take_piece(transaction, refusal, is_last=bool(match[2]))

    async def _take_piece(self, transaction: Transaction, refusal: str, *, is_last: bool) -> None:
        if refusal:
            await self.push(refusal)
        elif is_last:
            await self._finish(transaction)
        elif transaction.incoming.is_too_large:
            self._set_post_data_state()
            await self.push(TOO_LARGE)
        else:
            await self.push("250 2.0.0 Go on")

    # --- a letter

    def _transaction(self) -> Transaction:  # no property: the library asks all of those too early
        if self.envelope is None:  # only before the connection is made
            raise RuntimeError("no connection")
        return self.envelope

    def _refuses_content(self) -> str:
        if not self.session or not self.session.host_name:
            return "503 5.5.1 Say hello first"
        if not self._transaction().rcpt_tos:
            return "503 5.5.1 For whom?"
        return ""

    async def _receive(
        self, chunks: AsyncGenerator[bytes, None], write: Callable[[bytes], None]
    ) -> None:
        async with aclosing(chunks):
            async for chunk in chunks:
                self._reset_timeout(self.house.limits.chunk)
                write(chunk)

    async def _finish(self, transaction: Transaction) -> None:
        """The letter is whole: have it written down, and only then answer."""
        self._deadline = None
        self._reset_timeout(self.house.limits.answer)
        self.is_writing = True
        try:
            answers = await self._answers(transaction)
        finally:
            self.is_writing = False
        self._reset_timeout()
        self._set_post_data_state()
        await self.push(self._told(answers))

    async def _answers(self, transaction: Transaction) -> list[str]:
        """One a recipient, in their order. Two addresses of one mailbox are one arrival."""
        if transaction.incoming.is_too_large or transaction.incoming.trouble:
            trouble = transaction.incoming.trouble
            answer = TOO_LARGE if transaction.incoming.is_too_large else answer_to(trouble)
            return [answer for _ in transaction.rcpt_tos]
        raw = transaction.incoming.read()
        said: dict[int | None, str] = {}
        for door in transaction.doors.values():
            key = door.pk if door else None
            if key not in said:
                told = self._envelope(transaction, key)
                said[key] = await self.house.reception.accept(door, raw, told)
        doors = (transaction.doors[address] for address in transaction.rcpt_tos)
        return [said[door.pk if door else None] for door in doors]

    def _envelope(self, transaction: Transaction, key: int | None) -> Told:
        sender = transaction.mail_from or ""
        return {
            "by": self.protocol,
            "peer": self.peer,
            "helo": clean((self.session and self.session.host_name) or ""),
            "from": "" if sender == "<>" else clean(sender),
            "to": [
                clean(address)
                for address, door in transaction.doors.items()
                if (door.pk if door else None) == key
            ],
        }

    def _told(self, answers: list[str]) -> str:
        """SMTP has one answer for all: the sender repeats to all, and who has it counts it."""
        return next((answer for answer in answers if not answer.startswith("250")), answers[0])


class LocalVisitor(Visitor):
    """LMTP (RFC 2033): LHLO instead of EHLO, and an answer for each recipient."""

    protocol = "lmtp"

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._smtp_methods["LHLO"] = self._smtp_methods.pop("EHLO")
        del self._smtp_methods["HELO"]

    async def check_helo_needed(self, helo: str = "LHLO") -> bool:
        return await super().check_helo_needed("LHLO")

    def _told(self, answers: list[str]) -> str:
        return "\r\n".join(answers)


def _forget(chunk: bytes) -> None:
    """A piece nobody wants."""


def _turn_away(transport: asyncio.BaseTransport, answer: str) -> None:
    stream = cast(asyncio.Transport, transport)
    stream.set_protocol(asyncio.Protocol())
    stream.write(answer.encode() + b"\r\n")
    stream.close()
