"""A WSGI application that does everything a page may do, and the whole server around it."""

import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from opora.cli.server.application import Application
from opora.cli.server.bridge import Bridge
from opora.cli.server.spool import Limits
from opora.cli.server.static import StaticFiles
from opora.cli.server.tests.served import Ticking

Environ = dict[str, Any]
Start = Callable[..., Callable[[bytes], None]]
Page = Callable[[Environ, Start], Iterable[bytes]]

LIMITS = Limits(body=60_000_000, together=80_000_000, pause=1, whole=20, reading=1)
SHOWN = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_LENGTH")
streamed = 0  # pieces of endless streams that were asked for in this process
left_open = 0


def application() -> Application:
    """Called in the worker. STATIC: a folder of built files."""
    static = StaticFiles(Path(os.environ.get("STATIC", "/nonexistent")), "/static/")
    django = Bridge(page, LIMITS)
    return Application(django=django, live=Ticking(), static=static, static_prefix="/static/")


def page(environ: Environ, start: Start) -> Iterable[bytes]:
    return PAGES.get(environ["PATH_INFO"], echo)(environ, start)


def echo(environ: Environ, start: Start) -> Iterable[bytes]:
    """What the page learns of the request, and the hash of its body."""
    body = environ["wsgi.input"]
    told = {name: environ[name] for name in environ if name.startswith("HTTP_") or name in SHOWN}
    told["scheme"] = environ["wsgi.url_scheme"]
    told["sha256"] = hashlib.file_digest(body, "sha256").hexdigest()
    told["pid"] = os.getpid()
    told["thread"] = threading.current_thread().name
    return _plain(start, json.dumps(told).encode())


def sleep(environ: Environ, start: Start) -> Iterable[bytes]:
    time.sleep(float(environ["QUERY_STRING"]))
    return _plain(start, b"slept")


def cookies(_environ: Environ, start: Start) -> Iterable[bytes]:
    start("200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Length", "0")])
    return []


def endless(_environ: Environ, start: Start) -> Iterator[bytes]:
    global streamed, left_open  # noqa: PLW0603  told to the test by another page
    start("200 OK", [("Content-Type", "text/plain")])
    left_open += 1
    try:
        while True:
            streamed += 1
            yield b"x" * 10_000
            time.sleep(0.02)
    finally:
        left_open -= 1


def flood(_environ: Environ, start: Start) -> Iterator[bytes]:
    """As `endless`, as fast as it can."""
    global left_open  # noqa: PLW0603  told to the test by another page
    start("200 OK", [("Content-Type", "text/plain")])
    left_open += 1
    try:
        while True:
            yield b"x" * 1_000_000
    finally:
        left_open -= 1


def streams(_environ: Environ, start: Start) -> Iterable[bytes]:
    return _plain(start, json.dumps([streamed, left_open]).encode())


def broken(_environ: Environ, _start: Start) -> Iterable[bytes]:
    raise ValueError("broken before it began")


def torn(_environ: Environ, start: Start) -> Iterator[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    yield b"half of it"
    raise ValueError("torn in the middle")


def cut(_environ: Environ, start: Start) -> Iterator[bytes]:
    """Announces more than it has, and breaks before the end."""
    start("200 OK", [("Content-Length", "1000")])
    yield b"half of it"
    raise ValueError("cut in the middle")


def file(environ: Environ, start: Start) -> Iterable[bytes]:
    size = int(environ["QUERY_STRING"])
    start("200 OK", [("Content-Length", str(size))])
    content = tempfile.TemporaryFile()  # noqa: SIM115  closed by whoever sends it
    content.truncate(size)
    wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](content)
    return wrapped


def _plain(start: Start, body: bytes) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


PAGES: dict[str, Page] = {
    f"/{page.__name__}": page
    for page in (sleep, cookies, endless, flood, streams, broken, torn, cut, file)
}
