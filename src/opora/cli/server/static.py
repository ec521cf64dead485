"""The built files under `/static/`: listed once at start, so that no path can lead elsewhere.

Names that carry the hash of their content may be kept for ever; others are asked for again. Where
the build left `name.br` or `name.gz` beside a file, browsers that can read it get that one.
"""

import mimetypes
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from opora.cli.server import asgi

HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.\w+$")
FOREVER = b"public, max-age=31536000, immutable"
ASK_AGAIN = b"no-cache"
CODINGS = ((b"br", ".br"), (b"gzip", ".gz"))  # the better one first
# Not by the machine's own table, which may know less or lie.
TYPES = mimetypes.MimeTypes(filenames=())
TYPES.add_type("text/javascript", ".js")
TYPES.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Built:
    path: Path
    size: int
    tag: bytes
    headers: asgi.Headers


class StaticFiles:
    def __init__(self, root: Path, prefix: str) -> None:
        """`prefix`: the path that stands for `root`, with both its slashes."""
        files = [path for path in sorted(root.rglob("*")) if path.is_file()]
        self.built = {prefix + path.relative_to(root).as_posix(): _built(path) for path in files}

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        asked = dict(scope["headers"])
        found = self._find(scope["path"], asked.get(b"accept-encoding", b""))
        if found is None:
            await asgi.refuse(send, HTTPStatus.NOT_FOUND)
        elif scope["method"] not in ("GET", "HEAD"):
            await asgi.refuse(send, HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET, HEAD"))
        elif found.tag in asked.get(b"if-none-match", b""):
            await asgi.answer(send, 304, found.headers)
        else:
            await _send(found, scope, send)

    def _find(self, path: str, accepted: bytes) -> Built | None:
        for coding, suffix in CODINGS:
            if coding in accepted and path + suffix in self.built and path in self.built:
                return self.built[path + suffix]
        return self.built.get(path)


async def _send(found: Built, scope: asgi.Scope, send: asgi.Send) -> None:
    headers = [*found.headers, (b"content-length", b"%d" % found.size)]
    if scope["method"] == "HEAD":
        await asgi.answer(send, 200, headers)
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    # granian reads and sends it outside Python.
    await send({"type": "http.response.pathsend", "path": str(found.path)})


def _built(path: Path) -> Built:
    suffixes = {suffix: coding for coding, suffix in CODINGS}
    coding = suffixes.get(path.suffix)
    name = path.name.removesuffix(path.suffix) if coding else path.name
    kind = TYPES.guess_type(name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    stat = path.stat()
    tag = b'"%x-%x"' % (stat.st_mtime_ns, stat.st_size)
    headers = [
        (b"content-type", f"{kind}{charset}".encode()),
        (b"cache-control", FOREVER if HASHED.search(name) else ASK_AGAIN),
        (b"etag", tag),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
        *([(b"content-encoding", coding)] if coding else []),
    ]
    return Built(path, stat.st_size, tag, headers)
