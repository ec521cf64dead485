"""The disk that holds everything fills up to the last byte, and is emptied again."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import psycopg
import pytest

from opora.channels.email.listener.limits import Limits
from tests.outages.conftest import House, a_house
from tests.running import eventually

SIZE = 320 * 2**20  # bytes: the database takes 100 MB of them
NEARLY = Limits.room // 2


@pytest.fixture(scope="module")
def small() -> Iterator[House]:
    """A house on a file system of its own; each test leaves it running and with room."""
    with TemporaryDirectory(prefix="opora-full-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        home.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=711", "opora", str(home)]
        unmount = ["umount", "--lazy", str(home)]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
        try:
            with a_house(home) as found:
                yield found
        finally:
            subprocess.run(unmount, check=True)


@contextmanager
def filled(house: House, free: int) -> Iterator[None]:
    """Nothing but so many bytes left."""
    ballast = house.opora.home / "ballast"
    with ballast.open("wb") as file:
        taken = 0
        for step in (2**20, 2**12):
            with suppress(OSError):
                while room(house) - free >= step:
                    os.posix_fallocate(file.fileno(), taken, step)
                    taken += step
    try:
        yield
    finally:
        ballast.unlink()


def room(house: House) -> int:
    space = os.statvfs(house.opora.home)
    return space.f_bavail * space.f_frsize


def test_letters_are_refused_and_come_when_there_is_room_again(small: House) -> None:
    parts = small.opora.children()
    letter, piped = small.letter("Too full"), small.letter("Too full for a pipe")
    with filled(small, NEARLY):
        assert small.code_for(letter) == 452
        assert small.pipe(piped) == os.EX_TEMPFAIL
    assert small.repeat(letter)
    assert small.pipe(piped) == os.EX_OK
    assert small.becomes_one_ticket("Too full")
    assert small.becomes_one_ticket("Too full for a pipe")
    assert small.opora.children() == parts
    assert small.opora.opora("journal", "verify").returncode == 0


@pytest.mark.parametrize(("language", "words"), [("en", "disk is full"), ("ru", "Диск сервера")])
def test_every_page_opens_and_says_so(small: House, language: str, words: str) -> None:
    with small.opora.database() as database:
        database.execute("UPDATE people_person SET language = %s", [language])
    paths = ("/tickets/open/", "/journal/", "/deliveries/", "/settings/")
    with filled(small, NEARLY):
        pages = [small.agent.get(path) for path in paths]
    assert [(page.status, words in page.body) for page in pages] == [(200, True)] * len(paths)
    assert words not in small.agent.get("/tickets/open/").body


def test_a_stranger_is_not_told(small: House) -> None:
    with filled(small, NEARLY):
        page = replace(small.agent, session="").get("/accounts/login/")
    assert (page.status, "disk is full" in page.body) == (200, False)


def test_an_answer_that_cannot_be_kept_says_so_and_is_not_half_kept(small: House) -> None:
    assert small.repeat(small.letter("Answered without room"))
    assert small.becomes_one_ticket("Answered without room")
    ticket = small.ask("SELECT max(id) FROM desk_ticket")
    with filled(small, 0):
        seen = re.search(r'name="seen" value="(\d+)"', small.agent.get(f"/tickets/{ticket}/").body)
        assert seen is not None
        text = token_hex(400_000)
        path = f"/tickets/{ticket}/say/"
        page = small.agent.post(path, kind="reply", then="stay", text=text, seen=int(seen[1]))
        assert page.status == 503
    small.agent.answer(ticket, "Now it can be kept")
    kept = "SELECT string_agg(text, '') FROM desk_message WHERE kind = 'reply' AND ticket_id = %s"
    assert small.ask(kept, ticket) == "Now it can be kept"


def test_a_database_that_ran_out_of_room_comes_back_by_itself(small: House) -> None:
    assert small.repeat(small.letter("Before"))
    assert small.becomes_one_ticket("Before")
    before = small.opora.children()["postgres"]
    with filled(small, 0):
        use_up_the_log(small)
        assert eventually(lambda: small.opora.children().get("postgres") != before, 30)
        assert small.code_for(small.letter("Meanwhile")) == 452
    assert small.repeat(letter := small.letter("Afterwards")), letter
    assert small.becomes_one_ticket("Afterwards", 60)
    assert small.agent.get("/tickets/open/").status == 200
    assert small.opora.opora("journal", "verify").returncode == 0


def use_up_the_log(house: House) -> None:
    """Write until the database finds no room for its own log, and gives up."""
    with suppress(psycopg.OperationalError), house.opora.database() as database:
        while True:
            database.execute("SELECT pg_switch_wal()")
            database.execute("SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000))")
