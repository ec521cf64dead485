"""`opora mail`: takes letters by SMTP on OPORA_MAIL and by LMTP on the socket of this home."""

import argparse
import asyncio
import os
import signal
import socket

from opora.cli import Stopped
from opora.cli.application import REPAIR, load_django
from opora.lib import environment
from opora.lib.environment import Environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "A letter is acknowledged when it is in the journal, and not before."


def run(arguments: argparse.Namespace) -> int:
    here = environment.read()
    load_django(REPAIR)
    from django.db import connections

    from opora.channels.email.listener import local
    from opora.files import actions as files

    connections.close_all()
    files.prepare()
    try:
        lock = local.own(here.run)
    except BlockingIOError:
        raise Stopped(f"Another listener runs in {here.home}.", os.EX_TEMPFAIL) from None
    try:
        asyncio.run(_listen(here))
    finally:
        os.close(lock)
    return os.EX_OK


async def _listen(here: Environment) -> None:
    from opora.channels.email.listener import local
    from opora.channels.email.listener.server import CannotListen, Listener

    ending = asyncio.Event()
    for wish in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wish, ending.set)
    listener: Listener = _listener(here)
    try:
        await listener.listen(here.mail)
        await listener.listen_locally(local.socket_path(here.run))
    except CannotListen as error:
        raise Stopped(str(error), os.EX_TEMPFAIL) from None
    await ending.wait()
    await listener.stop()


def _listener(here: Environment):  # type: ignore[no-untyped-def]  # its module needs Django
    from django.conf import settings

    from opora.channels.email.listener.books import Journal
    from opora.channels.email.listener.limits import Limits
    from opora.channels.email.listener.reception import Reception
    from opora.channels.email.listener.server import Listener
    from opora.channels.email.listener.tls import Certificate

    limits = Limits(letter=here.max_letter)
    reception = Reception(Journal(), limits, settings.BLOBS)
    certificate = Certificate(here.tls_certificate, here.tls_key) if here.tls_certificate else None
    return Listener(reception, socket.getfqdn() or "localhost", certificate)
