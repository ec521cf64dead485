"""Killed with -9 where it hurts: written and not acknowledged, claimed and not settled.

A lock that the test holds in the database makes the moment last until somebody was killed in it.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import psutil

from tests.outages.conftest import House
from tests.running import Running, eventually, opora

CHILD = "opora.channels.email.read.child"
CLAIMED = "SELECT count(*) FROM intake_arrival WHERE outcome = 'received' AND tries = 1"
FAILED = "SELECT reason FROM intake_arrival WHERE outcome = 'failed'"


@contextmanager
def stuck(opora: Running, table: str) -> Iterator[None]:
    """Nobody can write into this table until the end."""
    with opora.database() as database, database.transaction():
        database.execute(f"LOCK TABLE {table} IN SHARE MODE".encode())
        yield


def kill(house: House, part: str) -> None:
    """And wait until it was started again."""
    victim = house.opora.children()[part]
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: house.opora.children().get(part, victim) != victim)


def is_written(house: House, letter: bytes) -> bool:
    """Its bytes are a whole file of the blobs."""
    name = sha256(letter).hexdigest()
    return (house.opora.home / "blobs" / name[:2] / name).exists()


def test_between_the_bytes_and_250_by_smtp(house: House) -> None:
    letter = house.letter("Cut at 250")
    codes: list[int] = []
    client = threading.Thread(target=lambda: codes.append(house.code_for(letter)))
    with stuck(house.opora, "intake_arrival"):
        client.start()
        assert eventually(lambda: is_written(house, letter))
        kill(house, "mail")
    client.join()
    assert codes == [0]
    assert house.repeat(letter)
    assert house.becomes_one_ticket("Cut at 250")


def test_between_the_bytes_and_the_end_of_opora_intake(house: House) -> None:
    letter = house.letter("Cut in the pipe")
    with stuck(house.opora, "intake_arrival"):
        words = opora("intake", "-")
        with subprocess.Popen(
            words, env=house.opora.environ, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as client:
            stdin = client.stdin
            assert stdin is not None
            stdin.write(letter)
            stdin.close()
            assert eventually(lambda: is_written(house, letter))
            kill(house, "mail")
    assert client.returncode == os.EX_TEMPFAIL
    assert eventually(lambda: house.pipe(letter) == os.EX_OK)
    assert house.becomes_one_ticket("Cut in the pipe")


def test_a_worker_in_the_middle_of_settling(house: House) -> None:
    with stuck(house.opora, "desk_ticket"):
        house.opora.send(house.letter("Cut while settling"))
        assert eventually(lambda: house.ask(CLAIMED) == 1)
        kill(house, "worker")
    assert house.becomes_one_ticket("Cut while settling", seconds=60)  # the lease is 120


def test_a_letter_that_ends_its_reader_fails_and_the_next_one_passes(house: House) -> None:
    with one_worker(house) as worker:
        assert house.repeat(house.letter("Warming up"))
        assert house.becomes_one_ticket("Warming up")
        (reader,) = readers_of(worker)
        reader.suspend()
        house.opora.send(house.letter("Poison"))
        assert eventually(lambda: house.ask(CLAIMED) == 1)
        reader.send_signal(signal.SIGXCPU)  # as the kernel does to who reads for too long
        reader.resume()
        assert eventually(lambda: house.ask(FAILED) == "cannot be read")
        house.opora.send(house.letter("After the poison"))
        assert house.becomes_one_ticket("After the poison")


@contextmanager
def one_worker(house: House) -> Iterator[psutil.Process]:
    """Of the two processes that do jobs, one; the other is held until the end."""
    forks = psutil.Process(house.opora.children()["worker"]).children()
    doing, held = (fork for fork in forks if CHILD not in fork.cmdline())
    held.suspend()
    try:
        yield doing
    finally:
        held.resume()


def readers_of(worker: psutil.Process) -> list[psutil.Process]:
    return [child for child in worker.children() if CHILD in child.cmdline()]
