from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

# The words of ASGI 3.
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Refused(Exception):
    """Nobody who may listen."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Away(Exception):
    """The database cannot be asked now."""
