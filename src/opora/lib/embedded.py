"""Where the database is: `DATABASE_URL`, or the PostgreSQL that `opora up` runs for this home.

Only names of files and the address; who starts and stops it is `opora.cli.postgres`.
"""

from pathlib import Path

from opora.lib.environment import Environment

DATABASE = "opora"
ROLE = "opora"


class NotRunning(Exception):
    """Nobody runs the embedded database of this home; the text says what to do."""


def data_folder(home: Path) -> Path:
    return home / "postgres"


def password_file(home: Path) -> Path:
    return home / "postgres-password"


def address_file(home: Path) -> Path:
    """Holds the URL, password included (0600), while the server runs; its absence: it does not."""
    return home / "run" / "database-url"


def database_url(environment: Environment) -> str:
    """A URL as libpq, psycopg and django-environ understand it; raises NotRunning."""
    if environment.database_url:
        return environment.database_url
    try:
        return address_file(environment.home).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotRunning(
            f"Opora is not running here ({environment.home}): start `opora up`."
        ) from None
