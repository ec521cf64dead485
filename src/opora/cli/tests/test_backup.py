"""A backup of a system at work, and what a restore makes of it, whole or not at all."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from opora.cli.postgres import running_server
from opora.lib import environment
from tests.database import private_server
from tests.running import Running, a_letter, eventually, opora

COUNTS = "SELECT (SELECT count(*) FROM intake_arrival), (SELECT count(*) FROM desk_ticket)"
SETTLED = (
    "SELECT count(*), count(DISTINCT ticket_id) FROM intake_arrival"
    " WHERE message_id LIKE '<backup-%' AND outcome = 'opened'"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: PostgreSQL of a run as root is another user, and passes through."""
    with TemporaryDirectory(prefix="opora-backup-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def backup(house: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a house with a few letters; each test only reads it."""
    path = tmp_path_factory.mktemp("backup") / "opora.tar.gz"
    for number in range(3):
        letter = a_letter(f"Before the backup {number}", message_id=f"<backup-{number}@x>")
        assert house.opora("intake", given=letter).returncode == 0
    with house.database() as database:
        assert eventually(lambda: database.execute(SETTLED).fetchone() == (3, 3))
    done = house.opora("backup", str(path))
    assert done.returncode == 0, done.stderr.decode()
    return path


@pytest.fixture(scope="module")
def restored(backup: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="opora-restored-") as name:
        Path(name).chmod(0o711)
        code, said = run(Path(name) / "home", "restore", str(backup))
        assert code == 0, said
        yield Path(name) / "home"


def run(home: Path, *words: str, **settings: str) -> tuple[int, str]:
    environ = os.environ | {"OPORA_HOME": str(home), **settings}
    done = subprocess.run(opora(*words), env=environ, capture_output=True, check=False)
    return done.returncode, done.stderr.decode()


def asked(home: Path, question: str, **settings: str) -> list[tuple[Any, ...]]:
    """Of a home that does not run."""
    here = environment.read({"OPORA_HOME": str(home), **settings})
    with running_server(here) as url, psycopg.connect(url) as session:
        return session.execute(question.encode()).fetchall()


@contextmanager
def letters_coming_in(house: Running) -> Iterator[list[bytes]]:
    sent: list[bytes] = []
    ending = threading.Event()

    def send() -> None:
        while not ending.is_set():
            letter = a_letter(f"While it runs {len(sent)}", f"Word {len(sent)}" * 500)
            assert house.opora("intake", given=letter).returncode == 0
            sent.append(letter)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield sent
    finally:
        ending.set()
        thread.join(60)


def test_a_backup_made_while_letters_arrive_balances_elsewhere(
    house: Running, folder: Path
) -> None:
    with letters_coming_in(house), house.database() as database:
        before = database.execute(COUNTS).fetchone() or (0, 0)
        assert house.opora("backup", str(folder / "b.tar")).returncode == 0
        after = database.execute(COUNTS).fetchone() or (0, 0)
    code, said = run(folder / "home", "restore", str(folder / "b.tar"))
    assert (code, "The books balance." in said) == (0, True)
    (restored,) = asked(folder / "home", COUNTS)
    assert before <= restored <= after
    assert run(folder / "home", "journal", "verify")[0] == 0


def test_everything_is_there_again(house: Running, restored: Path) -> None:
    assert asked(restored, SETTLED) == [(3, 3)]
    assert (restored / "secret").read_bytes() == (house.home / "secret").read_bytes()


def test_a_backup_is_for_our_eyes_only_and_leaves_no_parts(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert list(backup.parent.iterdir()) == [backup]


def test_a_running_home_is_not_restored_into(house: Running, backup: Path) -> None:
    done = house.opora("restore", "--replace", str(backup))
    assert (done.returncode, b"already runs" in done.stderr) == (os.EX_TEMPFAIL, True)


def test_data_are_given_up_only_when_that_is_said(backup: Path, restored: Path) -> None:
    code, said = run(restored, "restore", str(backup))
    assert (code, "say --replace" in said) == (os.EX_CANTCREAT, True)
    asked(restored, "DELETE FROM intake_reading RETURNING 1")
    assert run(restored, "restore", "--replace", str(backup))[0] == 0
    assert asked(restored, SETTLED) == [(3, 3)]
    assert {path.name for path in restored.iterdir()} == {
        *("blobs", "postgres", "postgres-password", "run", "secret")
    }


@pytest.mark.parametrize("size", [0, 100, -100, -20_000])
def test_of_a_backup_cut_short_nothing_is_taken(backup: Path, folder: Path, size: int) -> None:
    (folder / "cut").write_bytes(backup.read_bytes()[:size])
    code, said = run(folder / "home", "restore", str(folder / "cut"))
    assert (code, "Nothing was changed" in said) == (os.EX_DATAERR, True)
    assert not (folder / "home" / "postgres").exists()
    assert not (folder / "home" / "restore.new").exists()


def test_half_a_restore_is_never_taken_for_a_whole(backup: Path, folder: Path) -> None:
    home = folder / "home"
    (home / "blobs").mkdir(parents=True)
    (home / "restoring").touch()
    for words in (["up"], ["journal", "verify"], ["intake", "--mbox", "x"], ["mail"]):
        assert "was cut short" in run(home, *words)[1]
    assert run(home, "restore", str(backup))[0] == 0
    assert run(home, "journal", "verify")[0] == 0


def test_a_foreign_database_is_restored_and_backed_up(backup: Path, folder: Path) -> None:
    with private_server() as server:
        password, host = server["PASSWORD"], server["HOST"]
        url = f"postgresql://{server['USER']}:{password}@/opora?host={host}"
        assert run(folder / "one", "restore", str(backup), DATABASE_URL=url)[0] == 0
        assert run(folder / "two", "restore", str(backup), DATABASE_URL=url)[0] == os.EX_CANTCREAT
        assert run(folder / "one", "backup", str(folder / "b.tar"), DATABASE_URL=url)[0] == 0
        words = ["restore", "--replace", str(folder / "b.tar")]
        assert run(folder / "one", *words, DATABASE_URL=url)[0] == 0
    assert run(folder / "three", "restore", str(folder / "b.tar"))[0] == 0
