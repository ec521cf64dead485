import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from opora.workspace.live.news import Batch, News
from opora.workspace.live.sight import Sight
from opora.workspace.live.types import Away, Receive, Refused, Send

PING = 15.0  # seconds
CHECK = 30.0  # seconds between looks whether the session still holds
LAST = 1.0  # seconds for the last word
SLOW = 60.0  # seconds; who takes nothing for so long, with all buffers full, is gone

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Reader:
    """One open stream: what still has to be said to it, and the saying.

    A slow reader delays nobody and gathers little: sending waits for it, and news is merged until
    it can be written.
    """

    def __init__(self, sight: Sight, *, is_up: bool) -> None:
        self.sight = sight
        self.news = News()
        self.word: bool | None = None
        self.woken = asyncio.Event()
        self.closing = asyncio.Event()
        self.say(is_up)

    def hear(self, batch: Batch) -> None:
        changes = self.sight.of(batch.changes)
        if not self.news.add(changes, arrivals=batch.arrivals, deliveries=batch.deliveries):
            self.say(True)
        elif self.news:
            self.woken.set()

    def say(self, is_up: bool) -> None:
        """Up means: look at everything. What was still to be told is told by that."""
        self.word = is_up
        self.news = News()
        self.woken.set()

    async def serve(
        self, receive: Receive, send: Send, look_again: Callable[[], Awaitable[Sight]]
    ) -> None:
        """Until the client leaves, sees other things than before, or `closing` is set."""
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        ways = (self._write(send), _leave(receive), self._check(look_again), self.closing.wait())
        ends = [asyncio.ensure_future(way) for way in ways]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        for end in done:
            end.result()
        await _say_last(send)

    async def _write(self, send: Send) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.woken.wait(), PING)
            self.woken.clear()
            text = "".join(self._words()) or _event("ping", "{}")
            try:
                await asyncio.wait_for(_send(send, text.encode(), more=True), SLOW)
            except TimeoutError:
                return

    def _words(self) -> list[str]:
        word, news = self.word, self.news
        self.word, self.news = None, News()
        words = [] if word is None else [_event("up" if word else "down", "{}")]
        return [*words, _event("changed", news.as_json())] if news else words

    async def _check(self, look_again: Callable[[], Awaitable[Sight]]) -> None:
        while True:
            await asyncio.sleep(CHECK)
            try:
                if await look_again() != self.sight:
                    return
            except Refused:
                return
            except Away:
                continue


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say_last(send: Send) -> None:
    """When to come back: not all at once."""
    retry = f"retry: {random.randint(1000, 5000)}\n\n".encode()  # noqa: S311
    with suppress(TimeoutError):
        await asyncio.wait_for(_send(send, retry, more=False), LAST)


async def _send(send: Send, body: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _event(name: str, text: str) -> str:
    return f"event: {name}\ndata: {text}\n\n"
