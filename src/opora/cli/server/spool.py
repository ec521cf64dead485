"""A request's body, received whole before it takes a thread.

Django reads a body synchronously: a few dozen clients that stop in the middle of an upload would
hold all threads. Here they hold a temporary file, and not for long.

| what the client does              | outcome                       |
|-----------------------------------|-------------------------------|
| announces or sends too much       | Refused 413                   |
| pauses too long, or takes too long| Refused 408                   |
| leaves                            | ClientLeft, nobody to answer  |
| sends while our disk is full, or too many others do | Refused 503 |
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile

from opora.cli.server.asgi import Receive, Scope


class Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class ClientLeft(Exception):
    """There is nobody to answer any more."""


@dataclass(frozen=True)
class Limits:
    body: int = 51_000_000  # bytes of one request
    in_memory: int = 256 * 1024  # bytes of one body kept off the disk
    together: int = 1_000_000_000  # bytes on disk of all requests under way
    pause: float = 30  # seconds in which a client must send something
    whole: float = 900  # seconds for all of it: 50 MB at half a megabit a second
    reading: float = 60  # seconds in which a client must take a piece of the answer


@dataclass
class Body:
    file: SpooledTemporaryFile[bytes]
    size: int = 0


class Spool:
    def __init__(self, limits: Limits, disk: Executor) -> None:
        self.limits = limits
        self.disk = disk  # threads that write, so that a slow disk holds up nobody else
        self.held = 0

    @contextmanager
    def room(self) -> Iterator[Body]:
        """An empty body, gone from the disk when the request is over."""
        file: SpooledTemporaryFile[bytes]
        with SpooledTemporaryFile(max_size=self.limits.in_memory) as file:
            body = Body(file)
            try:
                yield body
            finally:
                self.held -= body.size

    async def fill(self, body: Body, scope: Scope, receive: Receive) -> None:
        """Receive all of it and stand at its beginning; raises Refused or ClientLeft."""
        if _announced(scope) > self.limits.body:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            async with asyncio.timeout(self.limits.whole):
                while await self._add(body, receive):
                    pass
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        except OSError:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None
        body.file.seek(0)

    async def _add(self, body: Body, receive: Receive) -> bool:
        """One piece; whether more is to come."""
        async with asyncio.timeout(self.limits.pause):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        piece = message.get("body", b"")
        body.size += len(piece)
        self.held += len(piece)
        if body.size > self.limits.body:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self.held > self.limits.together:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        if body.size > self.limits.in_memory:
            await asyncio.get_running_loop().run_in_executor(self.disk, body.file.write, piece)
        else:
            body.file.write(piece)
        return bool(message.get("more_body", False))


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
