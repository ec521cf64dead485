"""`opora demo`: a believable service company with its clients and two weeks of their requests.

Everything goes by the actions that real requests go by, under a clock set to the moment it is told
of, in one transaction: the demo is there whole or not at all. Nothing leaves the house: letters
that the demo's people wrote are kept as accepted, and no mail server is set up.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from opora.cli import Stopped, say
from opora.cli.application import load_django
from opora.cli.postgres import running_server
from opora.lib import environment

ABSENT = "There is no demo here: `opora demo` adds it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--remove", action="store_true", help="take away what the demo made")
    choice.add_argument("--links", action="store_true", help="print fresh sign-in links only")


def run(arguments: argparse.Namespace) -> int:
    """The results, which are links, go to stdout."""
    with _database():
        if arguments.remove:
            _remove()
        else:
            if not arguments.links:
                _add()
            _print_links()
    return os.EX_OK


def _add() -> None:
    from opora.cli.demo import stage

    if stage.is_set():
        say("The demo is already here.")
        return
    count = stage.set_up()
    say(f"Added the demo: {count} requests of two weeks.")


def _remove() -> None:
    from opora.cli.demo import stage

    if not stage.is_set():
        say(ABSENT)
        return
    strike = stage.strike()
    say(f"Took the demo away: {strike.tickets} requests.")
    if strike.staying:
        names = ", ".join(strike.staying)
        say(f"Since real requests refer to them, these stay: {names}.")


def _print_links() -> None:
    from opora.cli.demo import stage

    if not stage.is_set():
        raise Stopped(ABSENT)
    for who, path in stage.links():
        sys.stdout.write(f"{who}: {environment.read().url}{path}\n")


@contextmanager
def _database() -> Iterator[None]:
    """The one that runs, or one for the duration of this command; with all its tables."""
    with running_server(environment.read()):
        load_django()
        from django.db import connections

        from opora.cli.migrate import bring_up_to_date

        try:
            bring_up_to_date()
            yield
        finally:
            connections.close_all()
