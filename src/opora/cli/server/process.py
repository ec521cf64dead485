"""granian, held to what Opora promises: one listening socket, no orphans, stopped within 5 s."""

import asyncio
import logging
import multiprocessing
import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import MPServer

from opora.cli.server import asgi
from opora.lib.environment import Endpoint
from opora.lib.lifeline import die_with_parent

BACKLOG = 1024
CONNECTIONS = 4096  # of one worker, streams and idle ones included
WORKERS = 2  # measured: the second costs 25 MB, as it is forked from one that has loaded Django
STOPPING = 4  # seconds for answers under way
DRAINING = 0.5  # seconds of these in which what was accepted is read

LOGGING = {
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "generic"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


class CannotListen(Exception):
    """The text names the address and says why it cannot be had."""


def listen(endpoint: Endpoint) -> socket.socket:
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # Not SO_REUSEPORT: two servers would silently share the port.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((endpoint.host, endpoint.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(f"{endpoint} cannot be listened on: {error.strerror}.") from error
    return listener


class Stoppable(Protocol):
    """An ASGI application that is told in advance."""

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None: ...

    def begin_to_stop(self) -> None: ...


class Server(MPServer):
    """All workers accept from one socket.

    By default each worker of granian on Linux has its own, and connections that wait in the queue
    of a worker that dies are lost with it.
    """

    def __init__(self, listener: socket.socket, workers: int) -> None:
        super().__init__(
            "opora",
            interface=Interfaces.ASGI,
            workers=workers,
            loop=Loops.asyncio,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            log_level=LogLevels.warning,
            log_dictconfig=LOGGING,
            respawn_failed_workers=True,
            workers_kill_timeout=STOPPING,
        )
        self.listener = listener

    def _init_shared_socket(self) -> None:
        self._shd = SocketHolder(self.listener.fileno(), False, BACKLOG)  # type: ignore[assignment, call-arg]  # as its parent does
        self._ssp = None
        self._sso = self.listener

    def _stop_workers(self) -> None:
        """Without its warning of workers that refuse: it takes one just ending for one of them."""
        logging.getLogger("_granian").setLevel(logging.ERROR)
        super()._stop_workers()  # type: ignore[no-untyped-call]


def serve(
    listener: socket.socket, application: Callable[[], Stoppable], workers: int = WORKERS
) -> None:
    """Serve until a signal ends it. `application` is called once in each worker, after its fork."""
    parent = os.getpid()

    def load() -> asgi.Application:
        die_with_parent(parent)
        return _leaving_well(application(), listener)

    _allow_many_connections()
    # The socket and `load` are inherited; Python 3.14 would no longer fork by itself.
    multiprocessing.set_start_method("fork", force=True)
    Server(listener, workers).serve(target_loader=load, wrap_loader=False)


def _leaving_well(application: Stoppable, listener: socket.socket) -> asgi.Application:
    """A worker told to stop accepts nothing more, and only a moment later does granian hear of it.

    granian closes connections that it has accepted and not yet read from: at once, their requests
    would be lost. It stops at SIGINT as it does at SIGTERM.
    """

    def leave() -> None:
        _accept_no_more(listener)
        application.begin_to_stop()
        asyncio.get_running_loop().call_later(DRAINING, os.kill, os.getpid(), signal.SIGINT)

    async def told(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == "lifespan":
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave)
        await application(scope, receive, send)

    return told


def _accept_no_more(listener: socket.socket) -> None:
    """Put a socket that nobody connects to in the place of the one that all workers share."""
    ours = os.fstat(listener.fileno()).st_ino
    with socket.socket() as nobody:
        nobody.setblocking(False)
        nobody.bind(("127.0.0.1", 0))
        nobody.listen(1)
        for number in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
            with suppress(OSError):  # the one by which we listed them
                if os.fstat(number).st_ino == ours:
                    os.dup2(nobody.fileno(), number)


def _allow_many_connections() -> None:
    """An open stream is an open file, and the usual limit of 1024 is not enough of them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
