"""A conversation with somebody's SMTP server, step by step, so that it can be said which failed."""

import base64
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from opora.channels.email.compose import needs_utf8
from opora.doors.models import OutgoingServer
from opora.lib import addresses
from opora.lib.errors import DeliveryFailed, Refusal
from opora.lib.seal import unseal

PATIENCE = 60.0  # seconds for each answer and each piece of the letter
IN_ALL = 480.0  # seconds for the whole; with one more answer still below the outbox's lease
PIECE = 64 * 1024  # bytes; a large letter on a slow line has its patience for each piece
CREDENTIALS = {530, 534, 535, 538}  # RFC 4954: our login is at fault, not the letter
TROUBLE = (OSError, ValueError, Refusal)  # all that smtplib, ssl and socket raise, and a lost seal
LINE_OF_DOT = re.compile(rb"^\.", re.MULTILINE)


class Step(TextChoices):
    LOOK_UP = "look_up", _("looking up the server's name")
    CONNECT = "connect", _("connecting")
    TLS = "tls", _("encryption")
    HELLO = "hello", _("greeting")
    LOGIN = "login", _("signing in")
    ENVELOPE = "envelope", _("sender and recipient")


@dataclass(frozen=True)
class Envelope:
    """Addresses as SMTP carries them: see opora.lib.addresses.wire."""

    sender: str
    recipient: str

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


class Dialogue(smtplib.SMTP):
    """Steps in their order, each returning what the far side said, or None: not asked for.

    A server on a private address is no error here: that it stands there is what the administrator
    said by saving it, and a company's mail server often does.
    """

    def __init__(self, server: OutgoingServer, *, hello: str, patience: float = PATIENCE) -> None:
        # Our name is given, because smtplib would ask the resolver for it each time.
        super().__init__(local_hostname=hello, timeout=patience)
        self._host = server.host  # whose certificate it must be
        self.server = server
        self.patience = patience
        self.end = time.monotonic() + IN_ALL
        self.is_greeted = False

    def look_up(self) -> str:
        found = socket.getaddrinfo(self.server.host, self.server.port, type=socket.SOCK_STREAM)
        return ", ".join(dict.fromkeys(str(address[0]) for *_rest, address in found))

    def reach(self) -> str:
        self.sock = socket.create_connection(
            (self.server.host, self.server.port), timeout=self.patience
        )
        return str(self.sock.getpeername()[0])

    def secure(self) -> str | None:
        if self.server.security == OutgoingServer.Security.NONE:
            return None
        context = ssl.create_default_context()
        if self.server.security == OutgoingServer.Security.STARTTLS:
            self._greet()
            self.starttls(context=context)
        else:
            self.sock = context.wrap_socket(self._link(), server_hostname=self.server.host)
        link = self.sock
        return str(link.version()) if isinstance(link, ssl.SSLSocket) else None

    def say_hello(self) -> str:
        self._greet()
        self.ehlo_or_helo_if_needed()
        said = self.ehlo_resp or self.helo_resp or b""
        return _readable(said.partition(b"\n")[0])

    def sign_in(self) -> str | None:
        if not self.server.username:
            return None
        password = unseal(self.server.password_sealed, secret=settings.SECRET_KEY)
        if (self.server.username + password).isascii():
            return _answer(*self.login(self.server.username, password))
        return self._sign_in_with_any_letters(self.server.username, password)

    def address(self, envelope: Envelope, *options: str) -> str:
        if needs_utf8(envelope.sender, envelope.recipient):
            if not self.has_extn("smtputf8"):
                raise DeliveryFailed(
                    f"the server takes no addresses like {envelope.recipient}", permanent=True
                )
            options = (*options, "SMTPUTF8", "BODY=8BITMIME")
        _agreed(*self.mail(envelope.sender, options))
        return _agreed(*self.rcpt(envelope.recipient))

    def deliver(self, envelope: Envelope, letter: bytes) -> str:
        """The whole letter; raises DeliveryFailed, or what smtplib raises before DATA."""
        size = (f"SIZE={len(letter)}",) if self.has_extn("size") else ()
        self.address(envelope, *size)
        code, text = self.docmd("DATA")
        if code != 354:
            raise _rejection(code, text)
        self._write(LINE_OF_DOT.sub(b"..", letter))
        return self._end_of_letter()

    def getreply(self) -> tuple[int, bytes]:
        self._keep_time()
        return super().getreply()

    def leave(self) -> None:
        """What matters is said: no trouble here changes how it went."""
        with suppress(OSError):
            if self.sock is not None:
                self.sock.settimeout(5)
                self.docmd("QUIT")
        self.close()

    def _greet(self) -> None:
        if not self.is_greeted:
            code, text = self.getreply()
            if code != 220:
                raise smtplib.SMTPConnectError(code, text)
            self.is_greeted = True

    def _sign_in_with_any_letters(self, name: str, password: str) -> str:
        """RFC 4616 has UTF-8; smtplib refuses it before the server is asked."""
        secret = base64.b64encode(f"\0{name}\0{password}".encode()).decode("ascii")
        code, text = self.docmd("AUTH", f"PLAIN {secret}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, text)
        return _answer(code, text)

    def _write(self, body: bytes) -> None:
        """Without its end: whoever has only this much has no letter, and must not accept it."""
        try:
            for start in range(0, len(body), PIECE):
                self._keep_time()
                self._link().sendall(body[start : start + PIECE])
        except OSError as error:
            raise self._explained(error) from error

    def _explained(self, error: OSError) -> DeliveryFailed:
        """A server that hangs up on a letter has often said why: too large, too many."""
        with suppress(OSError):
            code, text = self.getreply()
            if code >= 400:
                return _rejection(code, text)
        return DeliveryFailed(f"the connection was lost within the letter: {words_of(error)}")

    def _end_of_letter(self) -> str:
        """From the first byte of the end on, silence does not tell whether it has been taken."""
        try:
            self._link().sendall(b".\r\n")
            code, text = self.getreply()
        except OSError as error:
            raise DeliveryFailed(
                f"no answer to the whole letter: {words_of(error)}", perhaps_gone=True
            ) from error
        if not 200 <= code < 300 and not 400 <= code < 600:
            raise DeliveryFailed(
                f"no sense in the answer to the whole letter: {_answer(code, text)}",
                perhaps_gone=True,
            )
        return _agreed(code, text)

    def _keep_time(self) -> None:
        if time.monotonic() > self.end:
            raise TimeoutError

    def _link(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        return self.sock


# What comes before any letter, in its order.
OPENING: tuple[tuple[Step, Callable[[Dialogue], str | None]], ...] = (
    (Step.LOOK_UP, Dialogue.look_up),
    (Step.CONNECT, Dialogue.reach),
    (Step.TLS, Dialogue.secure),
    (Step.HELLO, Dialogue.say_hello),
    (Step.LOGIN, Dialogue.sign_in),
)


def words_of(error: Exception) -> str:
    """What went wrong, in the far side's own words where it had any."""
    match error:
        case smtplib.SMTPResponseException():
            text = error.smtp_error
            return _answer(error.smtp_code, text if isinstance(text, bytes) else text.encode())
        case ssl.SSLCertVerificationError():
            return f"the certificate is not to be trusted: {error.verify_message}"
        case UnicodeError():
            return "letters beyond ASCII where the server takes none"
        case TimeoutError():
            return "no answer in time"
        case OSError(strerror=str()):
            return str(error.strerror)
    return str(error) or type(error).__name__


def _agreed(code: int, text: bytes) -> str:
    if 200 <= code < 300:
        return _answer(code, text)
    raise _rejection(code, text)


def _rejection(code: int, text: bytes) -> DeliveryFailed:
    permanent = 500 <= code < 600 and code not in CREDENTIALS
    return DeliveryFailed(_answer(code, text), permanent=permanent)


def _answer(code: int, text: bytes) -> str:
    return f"{code} {_readable(text)}"


def _readable(text: bytes) -> str:
    return addresses.one_line(text.decode("utf-8", "replace"))
