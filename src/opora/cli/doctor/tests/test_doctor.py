"""The doctor finds what is wrong, and leaves what is healthy in peace."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from opora.cli.doctor import database, home, work
from opora.cli.doctor.finding import Finding
from opora.doors.models import OutgoingServer
from opora.intake import actions as intake
from opora.intake.models import Arrival
from opora.lib import clock, environment
from opora.outbox.models import Delivery
from tests import cast
from tests.database import private_server
from tests.running import opora


def levels(findings: object) -> list[tuple[str, str]]:
    assert hasattr(findings, "__iter__")
    return [(found.level, found.subject) for found in findings if isinstance(found, Finding)]


def run(folder: Path, **settings: str) -> tuple[int, list[str]]:
    environ = os.environ | {"OPORA_HOME": str(folder / "home"), **settings}
    done = subprocess.run(opora("doctor"), env=environ, capture_output=True, check=False)
    return done.returncode, done.stdout.decode().splitlines()


def test_a_database_that_may_lose_data_is_refused(tmp_path: Path) -> None:
    with private_server() as server:  # for tests: fsync and the like are off
        url = f"postgresql://opora:{server['PASSWORD']}@/opora?host={server['HOST']}"
        code, lines = run(tmp_path, DATABASE_URL=url)
        with psycopg.connect(url, autocommit=True) as session:
            session.execute("CREATE UNLOGGED TABLE fleeting ()")
        _, later = run(tmp_path, DATABASE_URL=url)
    wrong = [line for line in lines if line.startswith("wrong   durability")]
    assert (code, len(wrong)) == (1, 3)
    assert any("fsync is off" in line and "set fsync = on" in line for line in wrong)
    assert any("a crash would empty fleeting" in line for line in later)


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    code, lines = run(tmp_path, OPORA_WEB="nonsense")
    assert (code, len(lines), "OPORA_WEB" in lines[0]) == (1, 1, True)


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    code, lines = run(tmp_path, DATABASE_URL="postgresql://opora@127.0.0.1:1/opora")
    assert code == 1
    assert any(line.startswith("wrong   database: The database does not") for line in lines)


def test_nothing_at_all_is_made_by_looking(tmp_path: Path) -> None:
    code, _ = run(tmp_path, OPORA_WEB="127.0.0.1:1", OPORA_MAIL="127.0.0.1:2")
    assert (code, (tmp_path / "home").exists()) == (0, False)


@pytest.mark.parametrize(("mode", "level"), [(0o700, "ok"), (0o711, "ok"), (0o755, "wrong")])
def test_a_home_that_others_can_look_into_is_wrong(tmp_path: Path, mode: int, level: str) -> None:
    tmp_path.chmod(mode)
    here = environment.read({"OPORA_HOME": str(tmp_path)})
    assert levels(home.rights(here)) == [(level, "home")]


def test_a_key_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key")
    (tmp_path / "secret").chmod(0o640)
    here = environment.read({"OPORA_HOME": str(tmp_path)})
    assert levels(home.rights(here)) == [("wrong", "home")]


def test_passwords_in_the_open_are_warned_of(tmp_path: Path) -> None:
    here = environment.read({"OPORA_HOME": str(tmp_path), "OPORA_URL": "http://desk.example"})
    assert ("warning", "settings") in levels(home.settings(here))


@pytest.mark.django_db
def test_our_own_database_is_healthy() -> None:
    found = [*database.version(), *database.locale(), *database.migrations(), *database.clock()]
    assert {finding.level for finding in found} == {"ok"}


@pytest.mark.django_db(transaction=True)
def test_a_database_of_the_locale_c_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE spoiled TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    name = connection.settings_dict["NAME"]
    try:
        connection.close()
        connection.settings_dict["NAME"] = "spoiled"
        assert levels(database.locale()) == [("wrong", "locale")]
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE spoiled")


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_nobody_reads_is_wrong_after_a_while() -> None:
    assert levels(work.arrivals()) == [("ok", "arrivals")]
    arrival = intake.accept(door=cast.mailbox(), raw=b"?")
    Arrival.objects.update(due_at=clock.now() - timedelta(minutes=6))
    assert levels(work.arrivals()) == [("wrong", "arrivals")]
    intake.fail(arrival=arrival, reason="cannot be read", error="")
    assert levels(work.arrivals()) == [("warning", "arrivals")]


@pytest.mark.django_db
def test_a_mailbox_that_cannot_answer_is_warned_of() -> None:
    assert levels(work.mailboxes()) == [("warning", "mailboxes")]
    cast.mailbox()
    assert levels(work.mailboxes()) == [("warning", "mailboxes")]
    OutgoingServer.objects.create(name="Common", host="mx.example", is_common=True)
    assert levels(work.mailboxes()) == [("ok", "mailboxes")]


@pytest.mark.django_db
def test_no_worker_is_wrong_only_where_opora_runs() -> None:
    assert levels(work.worker(is_up=True)) == [("wrong", "worker")]
    assert levels(work.worker(is_up=False)) == [("warning", "worker")]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert levels(work.worker(is_up=True)) == [("ok", "worker")]


@pytest.mark.django_db
def test_answers_that_did_not_arrive_are_warned_of() -> None:
    assert levels(work.deliveries()) == [("ok", "deliveries")]
    cast.a_ticket()  # its receipt waits to leave
    assert levels(work.deliveries()) == [("ok", "deliveries")]
    Delivery.objects.update(due_at=clock.now() - timedelta(minutes=6))
    assert levels(work.deliveries()) == [("warning", "deliveries")]
    Delivery.objects.update(state="failed", due_at=None, settled_at=clock.now())
    assert levels(work.deliveries()) == [("warning", "deliveries")]


@pytest.mark.django_db
def test_jobs_that_stand_still_are_warned_of() -> None:
    cast.a_ticket()
    assert levels(work.jobs()) == [("ok", "jobs")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '6 minutes'")
    assert levels(work.jobs()) == [("warning", "jobs")]
