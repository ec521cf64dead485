"""`opora web`: pages, files and the live stream on OPORA_WEB."""

import argparse
import os
from typing import TYPE_CHECKING

from opora.cli import Stopped
from opora.cli.application import REPAIR, load_django
from opora.lib import environment
from opora.lib.environment import Environment

if TYPE_CHECKING:
    from opora.cli.server.process import Stoppable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Behind a proxy, set OPORA_URL and OPORA_TRUSTED_PROXIES."


def run(arguments: argparse.Namespace) -> int:
    here = environment.read()
    load_django(REPAIR)
    from opora.cli.server.process import CannotListen, listen, serve

    try:
        listener = listen(here.web)
    except CannotListen as error:
        raise Stopped(f"OPORA_WEB: {error}", os.EX_TEMPFAIL) from None
    _load_pages()
    serve(listener, lambda: application(here))
    return os.EX_OK


def _load_pages() -> None:
    """Before the fork, so that the workers share it; connections do not survive one."""
    from django.db import connections
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    connections.close_all()


def application(here: Environment) -> "Stoppable":
    """Called once in each worker."""
    from django.core.wsgi import get_wsgi_application

    from opora.cli.server.application import Application
    from opora.cli.server.bridge import Bridge
    from opora.cli.server.static import StaticFiles
    from opora.workspace.live import stream
    from opora.workspace.static_manifest import STATIC

    found = Application(
        django=Bridge(get_wsgi_application()),
        live=stream(),
        static=StaticFiles(STATIC, "/static/"),
        static_prefix="/static/",
    )
    return Proxied(found, here.trusted_proxies) if here.trusted_proxies else found


class Proxied:
    """Who asks, and how, by the word of a trusted proxy; nobody else's word counts."""

    def __init__(self, inner: "Stoppable", trusted: tuple[str, ...]) -> None:
        from granian.utils.proxies import wrap_asgi_with_proxy_headers

        self._inner = inner
        self._wrapped = wrap_asgi_with_proxy_headers(inner, trusted_hosts=list(trusted))

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await self._wrapped(scope, receive, send)

    def begin_to_stop(self) -> None:
        self._inner.begin_to_stop()
