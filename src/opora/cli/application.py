"""Django, for the commands that need it; imported by them alone."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from opora.cli import Stopped
from opora.cli.lock import refuse_half_restored
from opora.cli.postgres import running_server
from opora.lib import embedded, environment
from opora.lib.environment import Environment, NotRunning

REPAIR = 600.0  # seconds of a part that is started while the database repairs its data
PAUSE = 0.5  # seconds between attempts


def load_django(patience: float = 0.0) -> None:
    """Settings, apps and a database that answers; raises NotRunning, BadSetting or Stopped.

    `patience`: seconds for the database, which may be repairing its data, to answer.
    """
    here = environment.read()
    refuse_half_restored(here.home)
    environment.running_database_url(here)
    os.environ["DJANGO_SETTINGS_MODULE"] = "opora.config.settings"
    import django

    django.setup()
    limit = time.monotonic() + patience
    while reason := _reason_not_to_answer():
        if time.monotonic() >= limit:
            raise Stopped(f"The database does not answer: {reason}")
        time.sleep(PAUSE)


def _reason_not_to_answer() -> str:
    """Empty when it answers."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        return str(error).strip()
    return ""


@contextmanager
def database_at_hand(here: Environment) -> Iterator[str]:
    """Django, and the URL of the database that runs or is started for this command alone."""
    refuse_half_restored(here.home)
    if not here.database_url and not embedded.data_folder(here.home).exists():
        raise NotRunning(f"There are no data in {here.home} yet: start `opora up`.")
    with running_server(here) as url:
        load_django()
        from django.db import connections

        try:
            yield url
        finally:
            connections.close_all()
