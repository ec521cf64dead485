"""Far sides: a real mail server that answers as told, and one that says exactly a script."""

import asyncio
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from opora.doors.models import OutgoingServer

Security = OutgoingServer.Security


@dataclass
class FarSide:
    """What came, and what is answered; `hangs_up` closes the line instead of the last answer."""

    port: int = 0
    letters: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    to_recipient: str = "250 2.1.5 Ok"
    to_letter: str = "250 2.0.0 Taken as 42"
    hangs_up: bool = False

    async def handle_MAIL(  # noqa: N802  named and called by aiosmtpd
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.options = options
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self.letters.append((envelope.mail_from or "", envelope.rcpt_tos, content))
        if self.hangs_up:
            cast(asyncio.Transport, server.transport).abort()
        return self.to_letter


@dataclass
class Script:
    """Says each line after what it waits for has come; then hangs up."""

    port: int
    heard: bytearray = field(default_factory=bytearray)


@pytest.fixture
def far_side() -> Iterator[Callable[..., FarSide]]:
    """far_side(security=..., password=..., to_letter=...) -> FarSide, listening."""
    with ExitStack() as stack:

        def start(
            security: str = Security.NONE, certificate: str = "", password: str = "", **over: Any
        ) -> FarSide:
            far = FarSide(port=_free_port(), **over)
            options: dict[str, Any] = {"hostname": "127.0.0.1", "port": far.port}
            options |= {"enable_SMTPUTF8": True} if not over.get("to_recipient") else {}
            if security == Security.TLS:
                options["ssl_context"] = _serving(certificate)
            if security == Security.STARTTLS:
                options["tls_context"] = _serving(certificate)
            if password:
                options |= {"authenticator": _knows(password), "auth_require_tls": False}
            controller = Controller(far, **options)
            controller.start()
            stack.callback(controller.stop)
            return far

        yield start


@pytest.fixture
def script() -> Iterator[Callable[..., Script]]:
    """script((b"", b"220 x"), (b"EHLO", b"250 x"), ...): waits for the first, says the second."""
    with ExitStack() as stack:

        def start(*turns: tuple[bytes, bytes]) -> Script:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            written = Script(listening.getsockname()[1])
            thread = threading.Thread(target=_play, args=(listening, turns, written.heard))
            thread.start()
            stack.callback(thread.join, 10)
            return written

        yield start


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PEM file with a key and a certificate of 127.0.0.1, trusted by nobody yet."""
    path: Path = tmp_path_factory.mktemp("tls") / "mail.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


def _play(
    listening: socket.socket, turns: tuple[tuple[bytes, bytes], ...], heard: bytearray
) -> None:
    listening.settimeout(10)
    link, _ = listening.accept()
    link.settimeout(10)
    with link:
        for awaited, said in turns:
            new = bytearray()
            while awaited.lower() not in new.lower():
                piece = link.recv(65536)
                if not piece:
                    return
                new += piece
                heard += piece
            link.sendall(said)


def _serving(certificate: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def _knows(password: str) -> Callable[..., AuthResult]:
    def authenticate(*said: Any) -> AuthResult:
        given = said[-1]
        right = isinstance(given, LoginPassword) and given.password == password.encode()
        return AuthResult(success=right, handled=False)

    return authenticate


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
