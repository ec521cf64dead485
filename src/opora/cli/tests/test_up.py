"""The tree of processes: how it starts, ends, is killed, and refuses to start."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from opora.lib import embedded
from tests.running import Running, eventually, free_port, opora, running, start, wait_open


@pytest.fixture(scope="module")
def up() -> Iterator[Running]:
    """One that starts once for all tests here; each leaves it running."""
    with TemporaryDirectory(prefix="opora-up-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder) / "home", OPORA_FIRST_MAILBOX="support@demo.example") as found:
            yield found


def refused(found: Running, **over: str) -> tuple[int, str]:
    """Exit code and last line of a start that should be refused."""
    done = subprocess.run(
        opora("up"), env=found.environ | over, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr.strip().splitlines()[-1]


def test_all_parts_are_direct_children(up: Running) -> None:
    assert set(up.children()) == {"postgres", "web", "worker", "mail"}


def test_the_first_mailbox_of_the_environment_takes_letters_at_once(up: Running) -> None:
    up.send(b"From: alice@romashka.example\r\n\r\nHelp\r\n")
    with up.database() as database:
        assert eventually(
            lambda: (
                database.execute("SELECT outcome FROM intake_arrival").fetchall() == [("opened",)]
            )
        )


def test_a_second_one_in_the_same_home_is_refused(up: Running) -> None:
    code, said = refused(up, OPORA_WEB=f"127.0.0.1:{free_port()}")
    assert (code, "already runs in" in said) == (os.EX_TEMPFAIL, True)


@pytest.mark.parametrize("name", ["OPORA_WEB", "OPORA_MAIL"])
def test_a_taken_port_is_one_sentence_that_names_the_setting(up: Running, name: str) -> None:
    with TemporaryDirectory(prefix="opora-up-") as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = refused(
            up,
            **{
                "OPORA_HOME": folder,
                "OPORA_WEB": f"127.0.0.1:{free_port()}",
                "OPORA_MAIL": f"127.0.0.1:{free_port()}",
                name: f"127.0.0.1:{taken.getsockname()[1]}",
            },
        )
        assert (code, said.startswith(f"{name} is 127.0.0.1:")) == (os.EX_TEMPFAIL, True)
        assert "Traceback" not in said


def test_a_setting_that_only_a_part_finds_wrong_is_told_once(up: Running, tmp_path: Path) -> None:
    over = {
        "DATABASE_URL": embedded.address_file(up.home).read_text(),
        "OPORA_HOME": str(tmp_path),
        "OPORA_WEB": f"127.0.0.1:{free_port()}",
        "OPORA_MAIL": f"127.0.0.1:{free_port()}",
        "OPORA_TLS_CERTIFICATE": __file__,
    }
    assert refused(up, **over) == (os.EX_CONFIG, "mail has said above what is set wrong.")


@pytest.mark.parametrize("part", ["postgres", "web", "worker", "mail"])
def test_a_killed_part_comes_back(up: Running, part: str) -> None:
    victim = up.children()[part]
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: up.children().get(part, victim) != victim)
    assert eventually(lambda: _answers(up))


def test_after_kill_9_nobody_is_left_and_the_next_start_works_at_once(up: Running) -> None:
    family = psutil.Process(up.process.pid).children(recursive=True)
    assert len(family) > 8
    up.process.send_signal(signal.SIGKILL)
    up.process.wait()
    assert eventually(lambda: not any(_is_alive(one) for one in family), 5)
    up.log.write_bytes(b"")
    up.process = start(up.environ, up.log)
    wait_open(up)


def test_sigint_ends_all_within_ten_seconds(up: Running) -> None:
    family = psutil.Process(up.process.pid).children(recursive=True)
    assert up.stop() < 10
    assert up.process.returncode == 0
    assert not any(_is_alive(one) for one in family)
    up.log.write_bytes(b"")
    begun = time.monotonic()
    up.process = start(up.environ, up.log)
    wait_open(up)
    assert time.monotonic() - begun < 60  # 10 s on a quiet machine: see bench


def test_stopping_as_asked_says_nothing_frightening(up: Running) -> None:
    up.log.write_bytes(b"")
    with up.database():  # somebody else's, whom PostgreSQL must send away
        up.stop()
    assert up.log.read_text() == "Stopping.\n"


def test_with_the_demo_the_links_stand_below_the_address(up: Running) -> None:
    up.process = start(up.environ, up.log, "--demo")
    wait_open(up)
    assert eventually(lambda: ", administrator: http" in up.log.read_text())
    *_, address, agent, administrator = up.log.read_text().splitlines()
    assert address.startswith(f"Opora is open at {up.url}/, ")
    assert ", agent: http" in agent
    assert administrator.startswith("Павел Орлов, administrator: http")


def test_tables_of_a_newer_opora_are_refused_and_left_alone(up: Running) -> None:
    with up.database() as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('desk', '9999_later', now())"
        )
    up.stop()
    code, said = refused(up)
    assert (code, "could not be brought up to date" in said) == (os.EX_CONFIG, True)


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environ = os.environ | {
        "OPORA_HOME": str(tmp_path / "file" / "home"),
        "OPORA_WEB": f"127.0.0.1:{free_port()}",
        "OPORA_MAIL": f"127.0.0.1:{free_port()}",
    }
    done = subprocess.run(opora("up"), env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == os.EX_CANTCREAT
    assert len(done.stderr.splitlines()) == 1


def test_a_data_folder_of_another_postgresql_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "PG_VERSION").write_text("9\n")
    if os.geteuid() == 0:
        shutil.chown(home / "postgres", "nobody")
    environ = os.environ | {
        "OPORA_HOME": str(home),
        "OPORA_WEB": f"127.0.0.1:{free_port()}",
        "OPORA_MAIL": f"127.0.0.1:{free_port()}",
    }
    done = subprocess.run(opora("up"), env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == os.EX_CONFIG
    assert "PostgreSQL 9" in done.stderr
    assert (home / "postgres" / "PG_VERSION").read_text() == "9\n"


def _answers(up: Running) -> bool:
    try:
        up.send(b"From: alice@romashka.example\r\n\r\nHelp\r\n")
        with socket.create_connection(("127.0.0.1", up.web), 1):
            return True
    except OSError:
        return False


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
