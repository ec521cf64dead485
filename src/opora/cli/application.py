"""Django, for the commands that need it; imported by them alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from opora.cli import Stopped
from opora.cli.lock import refuse_half_restored
from opora.cli.postgres import running_server
from opora.lib import embedded, environment
from opora.lib.environment import Environment, NotRunning


def load_django() -> None:
    """Settings, apps and a database that answers; raises NotRunning, BadSetting or Stopped."""
    here = environment.read()
    refuse_half_restored(here.home)
    environment.running_database_url(here)
    os.environ["DJANGO_SETTINGS_MODULE"] = "opora.config.settings"
    import django
    from django.db import OperationalError, connection

    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Stopped(f"The database does not answer: {error}".strip()) from None


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
