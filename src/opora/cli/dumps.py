"""pg_dump and pg_restore: the embedded ones, that of PATH, or those Debian keeps side by side."""

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from opora.cli import Stopped
from opora.cli.postgres import programs

# pg_restore from 17 on says it at the start, and servers before 17 do not know it.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def dump(url: str, into: Path, snapshot: str) -> int:
    """Everything the snapshot sees, into one file; the version of pg_dump. Raises Stopped."""
    server = _server_version(url)
    program = _choose("pg_dump", at_least=server, best=server)
    words = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
    connection, environ = _connection(url)
    _finish([program.path, *connection, *words, f"--file={into}"], environ)
    return program.version


def load(url: str, source: Path, version: int) -> None:
    """What pg_dump of `version` wrote, into an empty database, all or nothing. Raises Stopped."""
    server = _server_version(url)
    program = _choose("pg_restore", at_least=version, best=server)
    connection, environ = _connection(url)
    whole = ["--no-owner", "--no-acl"]
    if program.version < 17 or server >= 17:
        ways = ["--single-transaction", "--exit-on-error"]
        _finish([program.path, *connection, *whole, *ways, source], environ)
        return
    ways = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
    psql = program.path.with_name("psql")
    _pipe(
        [program.path, *whole, "--file=-", source],
        [psql, *connection, "--single-transaction", *ways],
        environ,
    )


@dataclass(frozen=True)
class Program:
    path: Path
    version: int


def _choose(name: str, *, at_least: int, best: int) -> Program:
    """Of version `best` if there is one, else the oldest that will do."""
    found = {version: path for path in _candidates(name) if (version := _version(path)) >= at_least}
    if not found:
        raise Stopped(f"Install {name} of PostgreSQL {at_least}: those here are older.")
    version = best if best in found else min(found)
    return Program(found[version], version)


def _candidates(name: str) -> list[Path]:
    """The last of a version is chosen: the embedded one before others."""
    aside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    on_path = shutil.which(name)
    try:
        embedded = [programs() / name]
    except Stopped:
        embedded = []
    return [*aside, *([Path(on_path)] if on_path else []), *embedded]


def _version(program: Path) -> int:
    command: list[str | Path] = [program, "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(said.split("(PostgreSQL)")[1].split()[0].split(".")[0])


def _server_version(url: str) -> int:
    with psycopg.connect(url) as session:
        return session.info.server_version // 10000


def _connection(url: str) -> tuple[list[str], dict[str, str]]:
    """Words and environment; the password is no word: everybody on the machine reads those."""
    parameters = conninfo_to_dict(url)
    password = parameters.pop("password", None)
    environ = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    conninfo = make_conninfo("", **{name: str(value) for name, value in parameters.items()})
    return ["--no-password", f"--dbname={conninfo}"], environ


def _finish(command: list[str | Path], environ: dict[str, str]) -> None:
    ended = subprocess.run(  # noqa: S603  PostgreSQL's own programs
        command, env=environ, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    _check(Path(command[0]), ended.returncode, ended.stderr)


def _pipe(first: list[str | Path], second: list[str | Path], environ: dict[str, str]) -> None:
    """Between them the words are left out that an older server does not know."""
    with (
        subprocess.Popen(first, stdout=subprocess.PIPE) as reader,  # noqa: S603
        subprocess.Popen(  # noqa: S603
            second, env=environ, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as writer,
    ):
        if reader.stdout is None or writer.stdin is None:
            raise RuntimeError("no pipes")
        with suppress(BrokenPipeError):  # psql gave up, and says why below
            head = iter(reader.stdout.readline, UNKNOWN_BEFORE_17)
            writer.stdin.writelines(head)
            shutil.copyfileobj(reader.stdout, writer.stdin)
        said = writer.communicate()[1]
    _check(Path(first[0]), reader.returncode, b"")
    _check(Path(second[0]), writer.returncode, said)


def _check(program: Path, code: int, said: bytes) -> None:
    if code != 0:
        text = said.decode(errors="replace").strip()
        raise Stopped(f"{program.name} ended with exit code {code}: {text}")
