"""The files of the PostgreSQL that `opora up` runs for a home; `opora.cli.postgres` runs it."""

from pathlib import Path
from urllib.parse import urlencode

DATABASE = "opora"
ROLE = "opora"


def data_folder(home: Path) -> Path:
    return home / "postgres"


def password_file(home: Path) -> Path:
    return home / "postgres-password"


def socket_folder(home: Path) -> Path:
    """Where the socket is, unless that name is too long or out of reach for the server's user."""
    return home / "run" / "postgres"


def address_file(home: Path) -> Path:
    """Holds the URL, password included (0600), while the server runs; its absence: it does not."""
    return home / "run" / "database-url"


def url(folder: Path, password: str) -> str:
    """As libpq, psycopg and django-environ understand it."""
    query = urlencode({"host": str(folder)})
    return f"postgresql://{ROLE}:{password}@/{DATABASE}?{query}"
