"""A real listener on real sockets, in a thread; what stands behind it is each test's choice."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from opora.channels.email.listener import local
from opora.channels.email.listener.limits import Limits
from opora.channels.email.listener.reception import Books, Reception, Told
from opora.channels.email.listener.server import Listener
from opora.channels.email.listener.tls import Certificate
from opora.doors.models import Door
from opora.lib.environment import Endpoint

SUPPORT, SALES = (
    Door(id=1, address="support@demo.example"),
    Door(id=2, address="sales@demo.example"),
)


@dataclass
class Notebook:
    """Books that keep all in memory, and fail as told: the far side of the listener."""

    letters: list[tuple[str, bytes]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)  # by address
    is_open: threading.Event = field(default_factory=threading.Event)  # else accept() waits

    def find_mailbox(self, address: str) -> Door | None:
        self._fail("find")
        address.encode()  # as a database does: it takes no broken text
        local_part, _, domain = address.lower().partition("@")
        plain = f"{local_part.partition('+')[0]}@{domain}"
        return next((door for door in (SUPPORT, SALES) if door.address == plain), None)

    def choose_mailbox(self, raw: bytes) -> Door | None:
        return SALES if b"sales@" in raw else SUPPORT

    def accept(self, door: Door, raw: bytes, told: Told) -> str:
        self._fail(door.address)
        self.is_open.wait(10)
        self.letters.append((door.address, raw))
        self.told.append(told)
        return str(len(self.letters))

    def _fail(self, name: str) -> None:
        if name in self.trouble:
            raise self.trouble[name]


@dataclass
class Running:
    port: int
    path: Path
    listener: Listener
    loop: asyncio.AbstractEventLoop

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, "client.example", timeout=10)

    def raw(self) -> "Wire":
        return Wire(socket.create_connection(("127.0.0.1", self.port), timeout=10))

    def lmtp(self) -> "Wire":
        return Wire(local.connect(self.path, 10))

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.listener.stop(), self.loop).result(20)


class Wire:
    """A client that says exactly what a test says."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self._lines = link.makefile("rb")
        self.greeting = self.answer()

    def answer(self) -> str:
        """The next answer, its lines joined by a bar; empty at the end of the connection."""
        lines = []
        while line := self._lines.readline():
            lines.append(line.decode().rstrip("\r\n"))
            if lines[-1][3:4] != "-":
                break
        return "|".join(lines)

    def say(self, data: bytes, answers: int = 1) -> list[str]:
        self.link.sendall(data)
        return [self.answer() for _ in range(answers)]

    def envelope(self, *recipients: str, hello: str = "EHLO") -> None:
        said = self.say(f"{hello} client.example\r\nMAIL FROM:<alice@example.org>\r\n".encode(), 2)
        assert said[1].startswith("250")
        for recipient in recipients or ("support@demo.example",):
            assert self.say(f"RCPT TO:<{recipient}>\r\n".encode())[0].startswith("250")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self.link.close()


Start = Callable[..., Running]


@pytest.fixture
def books() -> Notebook:
    notebook = Notebook()
    notebook.is_open.set()
    return notebook


@pytest.fixture
def start(books: Notebook, tmp_path: Path) -> Iterator[Start]:
    """start(limits=..., books=..., certificate=...) -> Running; stopped after the test."""
    with ExitStack() as stack:

        def run(
            limits: Limits | None = None,
            behind: Books | None = None,
            certificate: Certificate | None = None,
            store: Path | None = None,
        ) -> Running:
            reception = Reception(behind or books, limits or Limits(), store or tmp_path)
            listener = Listener(reception, "mx.demo", certificate)
            return stack.enter_context(_running(listener, tmp_path / "lmtp.sock"))

        yield run


@pytest.fixture
def running(start: Start) -> Running:
    return start()


@contextmanager
def _running(listener: Listener, path: Path) -> Iterator[Running]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> int:
        await listener.listen_locally(path)
        return (await listener.listen(Endpoint("127.0.0.1", 0)))[0]

    port = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    running = Running(port, path, listener, loop)
    try:
        yield running
    finally:
        running.stop()
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
