"""`opora migrate`: bring the tables up to date; `opora up` does it at every start.

Prints the path of the page to open first. Several at once wait for one another.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from opora.cli import Stopped
from opora.cli.application import load_django
from opora.lib import environment
from opora.lib.environment import Environment

LOCK = 0x6F706F7261  # "opora"; any number, always the same one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: what is to be done, the database says."""


def run(arguments: argparse.Namespace) -> int:
    load_django()
    bring_up_to_date()
    sys.stdout.write(f"{_first_page(environment.read())}\n")
    return os.EX_OK


def _first_page(here: Environment) -> str:
    """Where to begin, once the mailbox that the environment names is there."""
    from opora.doors import actions as doors
    from opora.doors.first_run import first_run_path

    if here.first_mailbox:
        doors.first_mailbox(here.first_mailbox)
    return first_run_path()


def bring_up_to_date() -> None:
    """Make and change tables as this Opora wants them; raises Stopped when they are newer."""
    from django.core.management import call_command

    with _one_at_a_time():
        _refuse_newer()
        call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The lock belongs to the session: a killed migration frees it by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _refuse_newer() -> None:
    """Tables that a later Opora made may mean something we do not know."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("opora.")}
    unknown = sorted(
        f"{label}.{name}"
        for label, name in set(loader.applied_migrations) - set(loader.disk_migrations)
        if label in ours
    )
    if unknown:
        raise Stopped(
            f"The database was made by a newer Opora ({unknown[-1]}): start that one, or restore"
            " a backup made by this one.",
            os.EX_CONFIG,
        )
