"""A real granian with the real bridge, in processes of its own, on a free port of this machine."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psutil

from opora.cli.server import asgi
from opora.cli.server.process import listen, serve
from opora.lib.environment import Endpoint


@dataclass
class Served:
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def stop(self) -> float:
        """Seconds it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(15)
        return time.monotonic() - begin


@contextmanager
def served(factory: str, log: Path, workers: int = 1) -> Iterator[Served]:
    """`factory`: "module:function", called in each worker, returns the ASGI application."""
    port = _free_port()
    command = [sys.executable, "-m", __name__, factory, str(port), str(workers)]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with log.open("wb") as file:
        process = subprocess.Popen(command, stderr=file, stdout=file, env=environ)
    try:
        _wait_for(port, process, log)
        yield Served(port, process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as probe:
                probe.sendall(b"GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if probe.recv(1):
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text())


def main() -> None:
    module, _, name = sys.argv[1].partition(":")
    factory = getattr(import_module(module), name)
    serve(listen(Endpoint("127.0.0.1", int(sys.argv[2]))), factory, int(sys.argv[3]))


class Ticking:
    """Stands where the live stream would: says one line a second until it is told to end."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not self.closing.is_set():
            await send({"type": "http.response.body", "body": b": tick\n\n", "more_body": True})
            await asyncio.wait([asyncio.create_task(self.closing.wait())], timeout=1)
        await send({"type": "http.response.body", "body": b"retry: 1000\n\n"})

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def close_streams(self) -> None:
        self.closing.set()


if __name__ == "__main__":
    main()
