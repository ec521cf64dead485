"""The words of ASGI 3 that are spoken here, and plain answers in them."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


async def answer(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, status: HTTPStatus, *more: tuple[bytes, bytes]) -> None:
    """A short plain text; for what no page of ours could answer better."""
    body = status.phrase.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        *more,
    ]
    await answer(send, status, headers, body)


async def client_left(receive: Receive) -> None:
    """Returns when the client is gone. Call when the body was read to its end."""
    while (await receive())["type"] != "http.disconnect":
        pass
