"""Serves a WSGI application (Django) to an ASGI server: a few threads, and no surprises.

| what happens                      | outcome                                                     |
|-----------------------------------|-------------------------------------------------------------|
| a body                            | received whole before a thread is taken (`spool.py`)        |
| a plain answer                    | its thread is free before the first byte leaves             |
| a file (`wsgi.file_wrapper`)      | its thread is free; read piece by piece as the client reads |
| a stream                          | holds its thread until the client leaves or stops reading   |
| the client leaves before its turn | the application is not called                               |
| an error before the first byte    | raised: the server logs it and answers 500                  |
| an error in the middle            | raised: the connection breaks, nobody takes half for all    |

Threads live as long as the process, so that each keeps its database connection.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from opora.cli.server import asgi
from opora.cli.server.environ import environ_of
from opora.cli.server.spool import Body, ClientLeft, Limits, Refused, Spool

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

THREADS = 4  # more helps only views that wait for the database, and each is a connection to it
DISK_THREADS = 2
JOINED = 1_000_000  # bytes: an answer of announced length up to here is sent at once
PIECE = 256 * 1024  # bytes of a file at a time


class Bridge:
    def __init__(self, application: WSGIApplication, limits: Limits | None = None) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="view")
        self.disk = ThreadPoolExecutor(DISK_THREADS, thread_name_prefix="disk")
        self.spool = Spool(limits or Limits(), self.disk)

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        try:
            with self.spool.room() as body:
                await self.spool.fill(body, scope, receive)
                await self._answer(scope, body, receive, send)
        except Refused as refused:
            await asgi.refuse(send, refused.status, (b"connection", b"close"))
        except ClientLeft:
            pass

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.disk.shutdown(wait=False, cancel_futures=True)

    async def _answer(
        self, scope: asgi.Scope, body: Body, receive: asgi.Receive, send: asgi.Send
    ) -> None:
        exchange = Exchange(send, self.spool.limits.reading, is_head=scope["method"] == "HEAD")
        watch = asyncio.create_task(_watch(receive, exchange))
        try:
            file = await exchange.loop.run_in_executor(
                self.threads, self._run, environ_of(scope, body), exchange
            )
            if file is not None:
                await self._send_file(file, exchange)
            await exchange.end()
        finally:
            watch.cancel()

    def _run(self, environ: dict[str, Any], exchange: "Exchange") -> "File | None":
        """In a thread: the answer goes into the exchange, except a file, which is returned."""
        if exchange.left:
            raise ClientLeft
        environ["wsgi.file_wrapper"] = File
        pieces = self.application(environ, exchange.start)
        if isinstance(pieces, File):
            return pieces
        try:
            for piece in pieces:
                exchange.write(piece)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        return None

    async def _send_file(self, file: "File", exchange: "Exchange") -> None:
        run = exchange.loop.run_in_executor
        try:
            while not exchange.left and not exchange.is_head:
                piece = await run(self.disk, file.file.read, PIECE)
                if not piece:
                    break
                await exchange.send(piece)
        finally:
            await run(self.threads, file.close)


class File:
    """An answer that is a file: what `wsgi.file_wrapper` of PEP 3333 stands for."""

    def __init__(self, file: IO[bytes], block_size: int = PIECE) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:  # the protocol wants it; a middleware may use it
        return iter(lambda: self.file.read(PIECE), b"")

    def close(self) -> None:
        self.file.close()


class Exchange:
    """One answer on its way from a thread to the event loop."""

    def __init__(self, send: asgi.Send, patience: float, *, is_head: bool) -> None:
        self.loop = asyncio.get_running_loop()
        self.patience = patience  # seconds for each piece to be taken
        self.is_head = is_head
        self.left = False  # the client is gone
        self._send = send
        self._headers: asgi.Message | None = None  # until they are sent
        self._joins = False
        self._waiting: list[bytes] = []

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        error: tuple[Any, BaseException, Any] | None = None,
    ) -> Callable[[bytes], None]:
        """WSGI's `start_response`."""
        if error is not None and self._headers is None:
            raise error[1]
        pairs = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        length = next((int(value) for name, value in pairs if name == b"content-length"), None)
        self._joins = length is not None and length <= JOINED
        self._headers = {
            "type": "http.response.start",
            "status": int(status.split(" ", 1)[0]),
            "headers": pairs,
        }
        return self.write

    def write(self, piece: bytes) -> None:
        """In the thread. Waits for the client unless the answer is sent at once at its end."""
        if self.is_head or not piece:
            return
        if self._joins:
            self._waiting.append(piece)
            return
        asyncio.run_coroutine_threadsafe(self.send(piece), self.loop).result()

    async def send(self, piece: bytes) -> None:
        if self.left:
            raise ClientLeft
        try:
            async with asyncio.timeout(self.patience):
                await self._send_headers()
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError:
            raise ClientLeft from None

    async def end(self) -> None:
        await self._send_headers()
        await self._send({"type": "http.response.body", "body": b"".join(self._waiting)})

    async def _send_headers(self) -> None:
        if self._headers is not None:
            headers, self._headers = self._headers, None
            await self._send(headers)


async def _watch(receive: asgi.Receive, exchange: Exchange) -> None:
    await asgi.client_left(receive)
    exchange.left = True
