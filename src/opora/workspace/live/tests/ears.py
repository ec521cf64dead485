"""A browser's end of a stream, spoken to without a network."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings
from django.db import connections

from opora.people.models import Person
from opora.workspace.live.application import Live
from opora.workspace.live.types import Message
from tests.cast import page_of


class Ear:
    """Opens the stream and keeps what it hears; `words`: what was not asked for yet."""

    def __init__(self, live: Live, cookie: str = "", **over: Any) -> None:
        self.status = 0
        self.text = ""
        self.words: list[tuple[str, Any]] = []
        self.ended = False
        self._headers = {"host": "desk", "cookie": cookie} | over.pop("headers", {})
        self._scope = {"type": "http", "method": "GET", "path": "/live/"} | over
        self._live = live
        self._news = asyncio.Event()
        self._left = asyncio.Event()

    async def listen(self) -> None:
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        await self._live(self._scope | {"headers": headers}, self._receive, self._send)
        self.ended = True
        self._news.set()

    async def until(self, name: str, within: float = 2.0) -> Any:
        """The data of the next such event; raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                for place, (heard, content) in enumerate(self.words):
                    if heard == name:
                        del self.words[: place + 1]
                        return content
                self._news.clear()
                await self._news.wait()

    async def until_end(self) -> None:
        async with asyncio.timeout(2):
            while not self.ended:
                self._news.clear()
                await self._news.wait()

    def leave(self) -> None:
        self._left.set()

    async def _receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._hear(message["body"].decode())
        self._news.set()

    def _hear(self, text: str) -> None:
        self.text += text
        for block in text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in lines:
                self.words.append((lines["event"], json.loads(lines["data"])))


@asynccontextmanager
async def living() -> AsyncIterator[Live]:
    live = Live()
    await live.start()
    try:
        async with asyncio.timeout(5):
            while not live.follower.is_up:
                await asyncio.sleep(0.01)
        yield live
    finally:
        await live.stop()


@asynccontextmanager
async def listening(live: Live, cookie: str = "", **over: Any) -> AsyncIterator[Ear]:
    ear = Ear(live, cookie, **over)
    hearing = asyncio.create_task(ear.listen())
    try:
        async with asyncio.timeout(2):
            while not ear.text:
                await asyncio.sleep(0.01)
        yield ear
    finally:
        ear.leave()
        await hearing


async def do(act: Callable[[], object]) -> None:
    """Somebody acts, in a process of their own as it were."""

    def acted() -> None:
        try:
            act()
        finally:
            connections.close_all()

    await asyncio.to_thread(acted)


def cookie_of(person: Person) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={page_of(person).cookies[name].value}"
