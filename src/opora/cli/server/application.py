"""The one ASGI application behind the port, and what it does when the server starts and stops."""

from typing import Protocol

from opora.cli.server import asgi
from opora.cli.server.bridge import Bridge

LIVE = "/live/"


class Stream(Protocol):
    """What the live stream is to a server."""

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def close_streams(self) -> None:
        """Ask every open stream to end; called in the event loop."""


class Application:
    def __init__(
        self, *, django: Bridge, live: Stream, static: asgi.Application, static_prefix: str
    ) -> None:
        self.django = django
        self.live = live
        self.static = static
        self.static_prefix = static_prefix
        self.stops = False

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["path"] == LIVE:
            await self.live(scope, receive, send)
        elif scope["path"].startswith(self.static_prefix):
            await self.static(scope, receive, self._last_of(send))
        else:
            await self.django(scope, receive, self._last_of(send))

    def begin_to_stop(self) -> None:
        """The server will be asked to stop in a moment; it first waits until all answers end."""
        self.stops = True
        self.live.close_streams()

    def _last_of(self, send: asgi.Send) -> asgi.Send:
        """While stopping, every answer says that it is the last one of its connection."""

        async def send_last(message: asgi.Message) -> None:
            if self.stops and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        return send_last

    async def _live_and_die(self, receive: asgi.Receive, send: asgi.Send) -> None:
        await receive()
        await self.live.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.live.stop()
        self.django.close()
        await send({"type": "lifespan.shutdown.complete"})
