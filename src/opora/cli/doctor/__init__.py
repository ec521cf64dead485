"""`opora doctor`: looks for what is wrong, and says what to do; changes nothing.

A line a check on stdout: `ok`, `warning` (look at it some day) or `wrong` (letters, answers or
people suffer). Ends with 1 when anything is wrong. Opora need not run for it: an embedded database
that does not run is started for the questions to it.
"""

import argparse
import os
from collections.abc import Iterator

from opora.cli import Stopped
from opora.cli.application import database_at_hand
from opora.cli.doctor import database, home, parts, work
from opora.cli.doctor.finding import Finding, warning, wrong
from opora.cli.lock import is_held
from opora.lib import environment
from opora.lib.environment import BadSetting, Environment, NotRunning


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit code 0: nothing is wrong; 1: something is."


def run(arguments: argparse.Namespace) -> int:
    is_wrong = False
    for finding in _findings():
        print(finding, flush=True)  # noqa: T201  the result of the command
        is_wrong = is_wrong or finding.level == "wrong"
    return 1 if is_wrong else os.EX_OK


def _findings() -> Iterator[Finding]:
    try:
        here = environment.read()
    except BadSetting as error:
        yield wrong("settings", str(error))
        return
    is_up = is_held(here.home)
    for check in home.CHECKS:
        yield from check(here)
    yield from _of_database(here, is_up=is_up)
    yield from parts.look(here, is_up=is_up)


def _of_database(here: Environment, *, is_up: bool) -> Iterator[Finding]:
    try:
        with database_at_hand(here):
            for check in database.CHECKS:
                yield from _answered(check.__name__, check())
            if not database.has_our_tables():
                return
            for check in work.CHECKS:
                yield from _answered(check.__name__, check())
            yield from _answered("worker", work.worker(is_up=is_up))
    except NotRunning as error:
        yield warning("database", str(error))
    except Stopped as error:
        yield wrong("database", str(error))


def _answered(subject: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """A question the database cannot answer is a finding; the next one is asked all the same."""
    from django.db import Error

    try:
        yield from findings
    except Error as error:  # tables are missing, say, because migrations are
        yield wrong(subject, f"the database answers: {error}")
