import asyncio
import time
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import parse_cookie

from opora.workspace.live.database import Database
from opora.workspace.live.follower import Follower
from opora.workspace.live.news import Batch
from opora.workspace.live.reader import Reader
from opora.workspace.live.sight import Sight, find_sight
from opora.workspace.live.types import Away, Receive, Refused, Scope, Send

STREAMS = 20  # of one person in one process; a browser needs one
RECENT = 30.0  # seconds; a page that was made a moment ago hears what it just missed


class Live:
    """The ASGI application of GET /live/, and all its open streams."""

    def __init__(self) -> None:
        self.database = Database()
        self.follower = Follower(self.database, self.hear, self.say)
        self.following: asyncio.Task[None] | None = None
        self.readers: set[Reader] = set()
        self.recent: deque[tuple[float, Batch]] = deque()
        self.ends = False

    async def start(self) -> None:
        self.following = asyncio.create_task(self.follower.follow())

    async def stop(self) -> None:
        self.close_streams()
        if self.following is not None:
            self.following.cancel()
            with suppress(asyncio.CancelledError):
                await self.following
        await self.database.close()

    def close_streams(self) -> None:
        self.ends = True
        for reader in self.readers:
            reader.closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """200 and the stream; 401 no session, 403 no agent or another site, 405, 429, 503."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in _one(scope)}
        try:
            _check_request(scope["method"], headers)
            key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
            reader = self._welcome(await self._look(key))
        except Refused as refused:
            await _refuse(send, refused.status)
            return
        except Away:
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            await reader.serve(receive, send, lambda: self._look(key))
        finally:
            self.readers.discard(reader)

    def hear(self, batch: Batch) -> None:
        self._forget()
        self.recent.append((time.monotonic(), batch))
        for reader in self.readers:
            reader.hear(batch)

    def say(self, is_up: bool) -> None:
        for reader in self.readers:
            reader.say(is_up)

    async def _look(self, session_key: str) -> Sight:
        if not session_key:
            raise Refused(HTTPStatus.UNAUTHORIZED)
        return await self.database.ask(find_sight, session_key)

    def _welcome(self, sight: Sight) -> Reader:
        if self.ends:
            raise Away
        theirs = [each for each in self.readers if each.sight.person_id == sight.person_id]
        if len(theirs) >= STREAMS:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS)
        reader = Reader(sight, is_up=self.follower.is_up)
        self._forget()
        for _, batch in self.recent:
            reader.hear(batch)
        self.readers.add(reader)
        return reader

    def _forget(self) -> None:
        while self.recent and self.recent[0][0] < time.monotonic() - RECENT:
            self.recent.popleft()


def _one(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Headers; HTTP/2 may have split the cookies."""
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    return [*scope["headers"], (b"cookie", b"; ".join(cookies))]


def _check_request(method: str, headers: dict[str, str]) -> None:
    """A reader of our own pages: the cookie alone could be sent along by another site."""
    if method != "GET":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Refused(HTTPStatus.FORBIDDEN)
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise Refused(HTTPStatus.FORBIDDEN)


async def _refuse(send: Send, status: HTTPStatus) -> None:
    body = status.phrase.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
