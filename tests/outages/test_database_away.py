"""PostgreSQL is gone, or takes connections and says nothing; then it is back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import psutil
import psycopg
import pytest

from tests.outages.conftest import House
from tests.running import Running, eventually


@contextmanager
def gone(opora: Running) -> Iterator[None]:
    """Killed, and nobody there to start it again until the end."""
    opora.process.send_signal(signal.SIGSTOP)
    try:
        os.kill(opora.children()["postgres"], signal.SIGKILL)
        assert eventually(lambda: not answers(opora))
        yield
    finally:
        opora.process.send_signal(signal.SIGCONT)
    assert eventually(lambda: answers(opora), 60)


@contextmanager
def silent(opora: Running) -> Iterator[None]:
    """It still takes connections, and answers none."""
    postmaster = psutil.Process(opora.children()["postgres"])
    postmaster.suspend()
    try:
        for backend in postmaster.children():
            if "opora" in " ".join(backend.cmdline()):  # sessions; not its own workers
                backend.kill()
        yield
    finally:
        postmaster.resume()
    assert eventually(lambda: answers(opora), 60)


def answers(opora: Running) -> bool:
    with suppress(psycopg.OperationalError, FileNotFoundError), opora.database() as database:
        return database.execute("SELECT 1").fetchone() == (1,)
    return False


def test_letters_are_put_off_and_come_when_it_is_back(house: House) -> None:
    smtp, pipe = house.letter("By SMTP"), house.letter("By a pipe")
    with gone(house.opora):
        assert house.code_for(smtp) in (421, 451)
        assert house.pipe(pipe) == os.EX_TEMPFAIL
    assert house.repeat(smtp)
    assert eventually(lambda: house.pipe(pipe) == os.EX_OK)
    assert house.becomes_one_ticket("By SMTP")
    assert house.becomes_one_ticket("By a pipe")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "does not answer"), ("ru", "сейчас не отвечает")]
)
def test_pages_say_it_in_the_reader_s_language(house: House, language: str, words: str) -> None:
    browser = replace(house.agent, language=language)
    with gone(house.opora):
        page = browser.get("/tickets/open/")
    assert (page.status, words in page.body) == (503, True)
    assert browser.get("/tickets/open/").status == 200


def test_a_database_that_hangs_is_away_too(house: House) -> None:
    letter = house.letter("While it hung")
    with silent(house.opora):
        assert house.code_for(letter) in (421, 451)
        assert house.agent.get("/tickets/open/").status == 503
    assert house.repeat(letter)
    assert house.becomes_one_ticket("While it hung")


def test_the_log_of_a_killed_database_is_a_few_sentences(house: House) -> None:
    before = len(house.opora.log.read_text().splitlines())
    letter = house.letter("Into the log")
    with gone(house.opora):
        for _ in range(5):
            house.code_for(letter)
            house.agent.get("/tickets/open/")
    assert house.repeat(letter)
    assert house.becomes_one_ticket("Into the log")
    said = house.opora.log.read_text().splitlines()[before:]
    assert len(said) < 30, "\n".join(said)
    assert not [line for line in said if "Traceback" in line or line.startswith(" ")]
