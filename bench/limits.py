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
    """A third each of reading, making and changing rows, as settling does."""
    from django.db import transaction

    from opora.lib import clock
    from opora.people.models import Person
    from opora.trail.models import Event

    statements, letters = task
    person = Person.objects.first()
    for _ in range(letters):
        Person.objects.filter(id=person.pk if person else 0).update(is_demo=False)
        with transaction.atomic():
            for number in range(statements - 1):
                if number % 3 == 0:
                    Person.objects.filter(email=f"nobody{number}@example.org").first()
                elif number % 3 == 1:
                    Event.objects.create(kind="bench", about="bench", about_id=1, at=clock.now())
                else:
                    Event.objects.filter(about="bench", about_id=-1).update(kind="bench")
