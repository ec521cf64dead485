"""What this machine could do at best: the figures that others are divided by."""

import email
import hashlib
import os
import time
from multiprocessing import get_context
from pathlib import Path

import psycopg


def storage(url: str, folder: Path, raws: list[bytes]) -> float:
    """Letters a second of one process: stdlib parse, write and fsync, INSERT, COMMIT."""
    target = folder / "limit"
    target.mkdir(exist_ok=True)
    with psycopg.connect(url) as database:
        database.execute("CREATE TABLE IF NOT EXISTS bench_storage (sha text, subject text)")
        database.commit()
        begun = time.monotonic()
        for raw in raws:
            _store(database, target, raw)
        return len(raws) / (time.monotonic() - begun)


def _store(database: psycopg.Connection, folder: Path, raw: bytes) -> None:
    letter = email.message_from_bytes(raw)
    sha = hashlib.sha256(raw).hexdigest()
    with (folder / sha).open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    database.execute("INSERT INTO bench_storage VALUES (%s, %s)", [sha, letter["subject"]])
    database.commit()


def orm(statements: int, letters: int, processes: int = 2) -> float:
    """Letters a second of two processes that run as many plain ORM statements for each.

    In the same transactions: one to claim, one for all the rest.
    """
    with get_context("spawn").Pool(processes, _load) as pool:
        pool.map(_work, [(1, 5)] * processes)  # warm
        begun = time.monotonic()
        pool.map(_work, [(statements, letters // processes)] * processes)
        return letters / (time.monotonic() - begun)


def _load() -> None:
    from opora.cli.application import load_django

    load_django()


def _work(task: tuple[int, int]) -> None:
    """A third each of reading a row, making one and changing one, as settling does."""
    from django.db import transaction

    from opora.lib import clock
    from opora.people.models import Person
    from opora.trail.models import Event

    statements, letters = task
    person = Person.objects.earliest("id")
    made = Event.objects.create(kind="bench", about="bench", about_id=1, at=clock.now())
    for _ in range(letters):
        Person.objects.filter(id=person.pk).update(is_demo=False)
        with transaction.atomic():
            for number in range(statements - 1):
                if number % 3 == 0:
                    Person.objects.select_related("company").get(email=person.email)
                elif number % 3 == 1:
                    made = Event.objects.create(
                        kind="bench", about="bench", about_id=1, changes={"n": [1, 2]}, at=made.at
                    )
                else:
                    Event.objects.filter(id=made.pk).update(kind="benched")
