"""Django, for the commands that need it; imported by them alone."""

import os

from opora.cli import Stopped
from opora.lib import environment


def load_django() -> None:
    """Settings, apps and a database that answers; raises NotRunning, BadSetting or Stopped."""
    environment.running_database_url(environment.read())
    os.environ["DJANGO_SETTINGS_MODULE"] = "opora.config.settings"
    import django
    from django.db import OperationalError, connection

    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Stopped(f"The database does not answer: {error}".strip()) from None
