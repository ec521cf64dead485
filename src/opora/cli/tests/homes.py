"""A home with its own PostgreSQL, and parts of Opora that run in it as the processes they are."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from opora.cli.lock import home_lock
from opora.cli.postgres import Cluster

MAILBOX = "support@demo.example"
PATIENCE = 30.0


@dataclass
class Home:
    path: Path
    web: int
    mail: int
    database_url: str = ""

    @property
    def environ(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if "OPORA" not in name}
        ours.pop("DATABASE_URL", None)
        if self.database_url:
            ours["DATABASE_URL"] = self.database_url
        return ours | {
            "OPORA_HOME": str(self.path),
            "OPORA_WEB": f"127.0.0.1:{self.web}",
            "OPORA_MAIL": f"127.0.0.1:{self.mail}",
            "OPORA_FIRST_MAILBOX": MAILBOX,
        }

    def opora(
        self, *words: str | Path, given: bytes = b"", **settings: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        return subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "opora.cli", *words],
            input=given,
            env=self.environ | settings,
            capture_output=True,
            timeout=120,
            check=False,
        )

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        url = self.database_url or (self.path / "run" / "database-url").read_text()
        with psycopg.connect(url) as session, session.cursor() as cursor:
            cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def letters(self) -> int:
        return int(str(self.ask("SELECT count(*) FROM intake_arrival")[0][0]))

    def wait_settled(self) -> None:
        limit = time.monotonic() + PATIENCE
        while self.ask("SELECT 1 FROM intake_arrival WHERE outcome = 'received' LIMIT 1"):
            assert time.monotonic() < limit, "letters stay received"
            time.sleep(0.1)


def new_home(folder: Path, name: str = "home") -> Home:
    folder.chmod(0o711)  # PostgreSQL of a run as root is another user, and passes through
    return Home(folder / name, _free_port(), _free_port())


@contextmanager
def open_home(home: Home, *parts: str) -> Iterator[Home]:
    """Its database, up to date, and the parts `mail`, `worker`, `web` as asked."""
    with ExitStack() as stack:
        stack.enter_context(home_lock(home.path))
        stack.enter_context(_database(home.path))
        migrated = home.opora("migrate")
        assert migrated.returncode == 0, migrated.stderr.decode()
        for part in parts:
            stack.enter_context(_part(home, part))
        yield home


@contextmanager
def _database(path: Path) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        cluster = Cluster(path, durable=False, log=log)
        cluster.prepare()
        server = cluster.start()
        try:
            cluster.wait_ready(server)
            yield
        finally:
            cluster.stop(server, patience=5)


@contextmanager
def _part(home: Home, name: str) -> Iterator[None]:
    command = [sys.executable, "-m", "opora.cli", name]
    child = subprocess.Popen(command, env=home.environ)  # noqa: S603  our own command
    try:
        limit = time.monotonic() + PATIENCE
        while name == "mail" and not _answers(home.mail):
            assert child.poll() is None, f"{name} ended"
            assert time.monotonic() < limit, f"{name} does not answer"
            time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.wait(20)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            return link.recv(3) == b"220"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
