"""`opora restore FILE`: bring back what `opora backup` wrote, into an empty home or with --replace.

Everything is made in a draft beside (`$OPORA_HOME/restore.new`), migrated and verified there, and
then put in place; what was there before stays untouched until then. From the moment that begins
(with DATABASE_URL: from the first change of that database) until it is whole, the file `restoring`
keeps Opora from starting. Ends with 1 when the books of the backup itself do not balance.
"""

import argparse
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from opora.cli import Stopped, archive, dumps, say
from opora.cli.children import opora
from opora.cli.lock import RESTORING, home_lock
from opora.cli.postgres import Cluster
from opora.lib import embedded, environment
from opora.lib.environment import Environment
from opora.lib.secret import NAME, make_home, sync_folder, write_once

PATIENCE = 60.0  # seconds for PostgreSQL to write everything down and stop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `opora backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="give up what this home or database holds now"
    )


def run(arguments: argparse.Namespace) -> int:
    here, path = environment.read(), arguments.file.absolute()
    if not path.is_file():
        raise Stopped(f"{path}: there is no such file.", os.EX_NOINPUT)
    with home_lock(here.home):
        _check_empty(here, is_replacing=arguments.replace)
        draft = here.home / "restore.new"
        shutil.rmtree(draft, ignore_errors=True)
        make_home(draft)
        (draft / "blobs").mkdir(mode=0o700)
        try:
            head = archive.unpack(path, draft)
            code = _fill(here, draft, int(head["postgres"]))
            _put_in_place(here, draft)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    _tell(head, here, code)
    return code


def _check_empty(here: Environment, *, is_replacing: bool) -> None:
    for name in _names(here):
        path = here.home / name
        if path.is_symlink() or path.is_mount():
            raise Stopped(
                f"{path} is a place of its own: restore into a new OPORA_HOME and move it there.",
                os.EX_CANTCREAT,
            )
    holds = [name for name in ("postgres", "blobs") if _holds_files(here.home / name)]
    if holds and not is_replacing and not _is_half_restored(here):
        raise Stopped(
            f"{here.home} holds data already ({holds[0]}): set OPORA_HOME to an empty folder, or"
            " say --replace to give them up.",
            os.EX_CANTCREAT,
        )
    if here.database_url:
        _check_database(here, is_replacing=is_replacing)


def _check_database(here: Environment, *, is_replacing: bool) -> None:
    with _connected(here.database_url) as session:
        others = session.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
        found = session.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
    tables = {str(row[0]) for row in found}
    if others and others[0]:
        raise Stopped(
            "Somebody uses the database of DATABASE_URL: stop Opora everywhere first.",
            os.EX_TEMPFAIL,
        )
    if tables and "intake_arrival" not in tables:
        raise Stopped("The database of DATABASE_URL holds other tables: give an empty one.")
    if tables and not is_replacing and not _is_half_restored(here):
        raise Stopped(
            "The database of DATABASE_URL holds data already: give an empty one, or say --replace"
            " to give them up.",
            os.EX_CANTCREAT,
        )


def _connected(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url)
    except psycopg.OperationalError as error:
        raise Stopped(f"The database of DATABASE_URL does not answer: {error}".strip()) from None


def _fill(here: Environment, draft: Path, version: int) -> int:
    """The database from its dump, up to date, and verified: 0 or 1."""
    dumped = draft / archive.DATABASE
    # The draft's own lock tells our commands that its database runs.
    with home_lock(draft), _database(here, draft) as url:
        dumps.load(url, dumped, version)
        dumped.unlink()
        if _run(draft, "migrate"):
            raise Stopped("The database could not be brought up to date; the reason is above.")
        code = _run(draft, "journal", "verify")
        if code not in (0, 1):
            raise Stopped("The books could not be looked at; the reason is above.")
    return code


@contextmanager
def _database(here: Environment, draft: Path) -> Iterator[str]:
    """An empty one: a new one in the draft, or that of DATABASE_URL."""
    if here.database_url:
        _mark(here)
        _empty(here.database_url)
        yield here.database_url
        return
    cluster = Cluster(draft)
    cluster.prepare()
    server = cluster.start()
    try:
        cluster.wait_ready(server)
        yield cluster.url
    finally:
        cluster.stop(server, PATIENCE)


def _empty(url: str) -> None:
    with _connected(url) as session:
        row = session.execute("SELECT current_schema()").fetchone()
        schema = sql.Identifier(str(row[0]) if row and row[0] else "public")
        try:
            session.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
            session.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        except psycopg.errors.InsufficientPrivilege as error:
            raise Stopped(
                f"The database cannot be emptied ({error}): give an empty one that belongs to this"
                " user.",
                os.EX_NOPERM,
            ) from None


def _run(draft: Path, *words: str) -> int:
    """A command of ours on the draft, as if it were the home."""
    command = [*opora(words[0]), *words[1:]]
    environ = os.environ | {"OPORA_HOME": str(draft)}
    ended = subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    return ended.returncode


def _put_in_place(here: Environment, draft: Path) -> None:
    """Renames only; what was there before goes when all is in its place."""
    old = here.home / "restore.old"
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir(mode=0o700)
    os.sync()  # thousands of files: one by one would take as long as the whole restore
    _mark(here)
    for name in _names(here):
        if (here.home / name).exists():
            (here.home / name).rename(old / name)
        (draft / name).rename(here.home / name)
    sync_folder(here.home)
    (here.home / RESTORING).unlink()
    sync_folder(here.home)
    shutil.rmtree(old)


def _names(here: Environment) -> list[str]:
    ours = [] if here.database_url else ["postgres", embedded.password_file(here.home).name]
    return [*ours, "blobs", NAME]


def _mark(here: Environment) -> None:
    write_once(here.home / RESTORING, "")


def _is_half_restored(here: Environment) -> bool:
    return (here.home / RESTORING).exists()


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


def _tell(head: dict[str, Any], here: Environment, code: int) -> None:
    say(f"Restored into {here.home} as it was at {head['made_at']}.")
    theirs = {
        name: value
        for name, value in head["settings"].items()
        if name != "OPORA_HOME" and os.environ.get(name) != value
    }
    if theirs:
        said = " ".join(f"{name}={value}" for name, value in theirs.items())
        say(f"It ran with {said}: set that again if it still holds.")
    if code:
        say("The books of this backup do not balance: `opora journal verify` names the rows.")
