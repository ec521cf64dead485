"""What WSGI (PEP 3333) wants to know of a request, made of what ASGI says."""

import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from opora.cli.server.asgi import Scope
from opora.cli.server.spool import Body

# Who asks, and how, has been settled by the list of trusted proxies and stands in REMOTE_ADDR and
# wsgi.url_scheme. Whatever else claims it is a client's own word: Django shall never read it.
CLAIMS = {
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-proto",
    b"x-real-ip",
}
# Read from the connection itself, or of no meaning behind it.
OWN = {b"content-length", b"content-type", b"transfer-encoding"}


def environ_of(scope: Scope, body: Body) -> dict[str, Any]:
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body.file,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_headers(scope["headers"], body.size),
    }


def _headers(pairs: Iterable[tuple[bytes, bytes]], size: int) -> dict[str, str]:
    """Repeated headers are joined: cookies with "; " (a browser's own way), others with ","."""
    found: dict[bytes, list[str]] = {}
    for name, value in pairs:
        # `X_Real` would become the same variable as `X-Real`, and win over what a proxy has set.
        if b"_" not in name and name not in CLAIMS:
            found.setdefault(name, []).append(value.decode("latin-1"))
    headers = {
        "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): _joined(name, values)
        for name, values in found.items()
        if name not in OWN
    }
    if b"content-type" in found:
        headers["CONTENT_TYPE"] = found[b"content-type"][0]
    if size or b"content-length" in found:
        # Counted, not believed: a chunked body announces no length and is read all the same.
        headers["CONTENT_LENGTH"] = str(size)
    return headers


def _joined(name: bytes, values: list[str]) -> str:
    return ("; " if name == b"cookie" else ",").join(values)
