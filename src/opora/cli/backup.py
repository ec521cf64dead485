"""`opora backup FILE`: database, files and secret in one tar, while Opora runs.

One snapshot is taken first; files are never changed under their name, so copying those that the
snapshot tells of is right however long it takes, and no sweep deletes any meanwhile. Ends with 1
when files were missing already: the backup holds all there is, and `opora journal verify` tells
whose they are.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from opora.cli import Stopped, archive, dumps, say
from opora.cli.application import database_at_hand
from opora.lib import environment
from opora.lib.environment import NAMES, Environment
from opora.lib.secret import NAME, secret_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="ends with .gz: compressed")
    parser.epilog = (
        "The file holds every letter and the key that seals passwords: keep it like a safe. It"
        " does not hold the settings of the environment, but names them."
    )


def run(arguments: argparse.Namespace) -> int:
    here, path = environment.read(), arguments.file.absolute()
    if not path.parent.is_dir():
        raise Stopped(f"{path.parent}: there is no such folder.", os.EX_CANTCREAT)
    with database_at_hand(here) as url:
        missing = _write(here, url, path)
    say(f"{path} holds everything as of now ({path.stat().st_size} bytes).")
    return 1 if missing else os.EX_OK


def _write(here: Environment, url: str, path: Path) -> int:
    """How many files were missing already."""
    from opora.files import actions as files

    with (
        files.keep_all(),
        _snapshot() as snapshot,
        archive.writing(path) as writer,
        tempfile.TemporaryDirectory(prefix=".opora-", dir=path.parent) as folder,
    ):
        dumped = Path(folder) / "database"
        writer.head({**_head(), "postgres": dumps.dump(url, dumped, snapshot)})
        writer.file(archive.DATABASE, dumped)
        secret_key(here.home)
        writer.file(archive.SECRET, here.home / NAME)
        return _write_blobs(writer)


def _head() -> dict[str, object]:
    return {
        "opora": version("opora"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        # To be set again where it is restored. DATABASE_URL is not here: it holds a password.
        "settings": {name: os.environ[name] for name in sorted(NAMES & set(os.environ))},
    }


def _write_blobs(writer: archive.Writer) -> int:
    from opora.files import actions as files
    from opora.files import selectors

    missing = 0
    for sha256 in selectors.referred().order_by("id").values_list("sha256", flat=True).iterator():
        try:
            writer.blob(sha256, files.path_of(sha256))
        except FileNotFoundError:
            say(f"The file {sha256} is missing: see `opora journal verify`.")
            missing += 1
    return missing


@contextmanager
def _snapshot() -> Iterator[str]:
    """What pg_dump and our own questions see alike, until the end."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (name,) = cursor.fetchone()
        yield name
