"""The listeners of one process: binds them, counts their visitors, and ends them in order."""

import asyncio
import logging
import ssl
from collections import Counter
from pathlib import Path

from opora.channels.email.listener import local
from opora.channels.email.listener.reception import Reception
from opora.channels.email.listener.session import LocalVisitor, Visitor
from opora.channels.email.listener.tls import Certificate
from opora.channels.email.listener.transaction import STOPPING
from opora.lib.environment import Endpoint

log = logging.getLogger(__name__)
CROWDED = "421 4.7.0 Too many connections: try again later"


class CannotListen(Exception):
    """One sentence for the administrator."""


class Listener:
    """`listen_*`, then `stop`; everything on one event loop."""

    def __init__(
        self,
        reception: Reception,
        hostname: str,
        certificate: Certificate | None = None,
    ) -> None:
        self.reception = reception
        self.limits = reception.limits
        self.hostname = hostname
        self.is_stopping = False
        self._certificate = certificate
        self._visitors: set[Visitor] = set()
        self._peers: Counter[str] = Counter()
        self._servers: list[asyncio.Server] = []

    async def listen(self, endpoint: Endpoint) -> list[int]:
        """SMTP; returns the ports bound (a host may have several addresses)."""
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(
                lambda: Visitor(self, self._tls()), endpoint.host, endpoint.port
            )
        except OSError as error:
            reason = error.strerror or error
            raise CannotListen(f"OPORA_MAIL: cannot listen on {endpoint}: {reason}.") from error
        self._servers.append(server)
        return [bound.getsockname()[1] for bound in server.sockets]

    async def listen_locally(self, path: Path) -> None:
        """LMTP, for programs of our own account."""
        loop = asyncio.get_running_loop()
        try:
            bound = local.bind(path)
        except OSError as error:
            raise CannotListen(f"Cannot listen on {path}: {error.strerror}.") from error
        self._servers.append(await loop.create_unix_server(lambda: LocalVisitor(self), sock=bound))

    async def stop(self) -> None:
        """No new letters; those under way have `limits.stop` seconds to get their answer."""
        self.is_stopping = True
        for visitor in [one for one in self._visitors if one.is_idle]:
            visitor.leave(STOPPING)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.limits.stop
        while self._visitors and loop.time() < deadline:
            await asyncio.sleep(0.02)
        for server in self._servers:
            server.close()
        for visitor in list(self._visitors):
            visitor.leave(STOPPING)
        await asyncio.to_thread(self.reception.close)

    def admit(self, visitor: Visitor) -> str:
        limits = self.limits
        if self.is_stopping:
            return STOPPING
        is_full = len(self._visitors) >= limits.connections
        if is_full or (visitor.peer and self._peers[visitor.peer] >= limits.peer_connections):
            log.warning("Too many connections, %s turned away", visitor.peer or "local")
            return CROWDED
        self._visitors.add(visitor)
        self._peers[visitor.peer] += 1
        return ""

    def dismiss(self, visitor: Visitor) -> None:
        if visitor in self._visitors:  # the library may tell the end of one connection twice
            self._visitors.discard(visitor)
            self._peers[visitor.peer] -= 1
            self._peers += Counter()  # forgets who is gone

    def _tls(self) -> ssl.SSLContext | None:
        return self._certificate.context() if self._certificate else None
