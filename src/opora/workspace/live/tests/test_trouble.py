import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from opora.desk import actions as desk
from opora.trail.actions import CHANNEL
from opora.workspace.live import follower, reader
from opora.workspace.live.reader import Reader
from opora.workspace.live.sight import Sight
from opora.workspace.live.tests.ears import cookie_of, do, listening, living
from opora.workspace.live.types import Message
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    """A session outside of the test's database."""
    given = connection.get_connection_params() | {"cursor_factory": None, "dbname": "postgres"}
    with psycopg.connect(**given, autocommit=True) as session:
        yield session


@contextmanager
def away(server: psycopg.Connection) -> Iterator[None]:
    """The database lets nobody in, and those that were in are thrown out."""
    name = connection.settings_dict["NAME"]
    server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
    )
    try:
        yield
    finally:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_pages_are_told_when_the_database_goes_and_comes(server: psycopg.Connection) -> None:
    dana, ticket = cast.dana(), cast.a_ticket()
    cookie = cookie_of(dana)
    connections.close_all()

    async def go_and_come() -> Any:
        async with living() as live, listening(live, cookie) as ear:
            await ear.until("up")
            with away(server):
                await ear.until("down", within=5)
                async with listening(live, cookie) as newcomer:
                    assert newcomer.status == 503
            await ear.until("up", within=10)
            await do(lambda: desk.take(actor=dana, ticket=ticket))
            return await ear.until("changed", within=3)

    assert asyncio.run(go_and_come())["tickets"][0][0] == ticket.pk


def test_lost_listening_is_taken_up_again(server: psycopg.Connection) -> None:
    dana, ticket = cast.dana(), cast.a_ticket()
    cookie = cookie_of(dana)

    async def cut() -> Any:
        async with living() as live, listening(live, cookie) as ear:
            await ear.until("up")
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s",
                [f"LISTEN {CHANNEL}"],
            )
            await ear.until("up", within=5)
            await do(lambda: desk.mark_delivery(ticket_id=ticket.pk))
            return await ear.until("changed", within=2)

    assert asyncio.run(cut())["tickets"][0][0] == ticket.pk


def test_events_are_found_without_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "POLL", 0.2)
    monkeypatch.setattr(follower, "CHANNEL", "nobody_speaks_here")
    dana, ticket = cast.dana(), cast.a_ticket()
    cookie = cookie_of(dana)

    async def poll() -> Any:
        async with living() as live, listening(live, cookie) as ear:
            await do(lambda: desk.take(actor=dana, ticket=ticket))
            return await ear.until("changed", within=3)

    assert asyncio.run(poll())["tickets"][0][0] == ticket.pk


def test_event_of_a_late_transaction_is_not_missed(other_session: psycopg.Connection) -> None:
    dana, ticket, slow = cast.dana(), cast.a_ticket(), cast.a_ticket()
    cookie = cookie_of(dana)

    async def overtake() -> set[int]:
        async with living() as live, listening(live, cookie) as ear:
            other_session.execute("UPDATE desk_ticket SET version = 9 WHERE id = %s", [slow.pk])
            other_session.execute(
                "INSERT INTO trail_event (kind, about, about_id, depth, changes, at)"
                " VALUES ('ticket.tagged', 'ticket', %s, 0, '{}', now())",
                [slow.pk],
            )
            await do(lambda: desk.take(actor=dana, ticket=ticket))
            await asyncio.sleep(0.5)
            other_session.commit()
            heard: set[int] = set()
            while not {ticket.pk, slow.pk} <= heard:
                heard |= {number for number, _ in (await ear.until("changed"))["tickets"]}
            return heard

    assert asyncio.run(overtake()) == {ticket.pk, slow.pk}


def test_stopping_says_when_to_come_back() -> None:
    cookie = cookie_of(cast.dana())

    async def stop() -> str:
        async with living() as live, listening(live, cookie) as ear:
            live.close_streams()
            await ear.until_end()
            return ear.text

    assert asyncio.run(stop()).rstrip().rpartition("\n")[2].startswith("retry: ")


def test_reader_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "SLOW", 0.2)
    monkeypatch.setattr(reader, "LAST", 0.1)

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def nobody() -> Sight:
        raise AssertionError

    async def stuck(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def write() -> None:
        sight = Sight(1, sees_all=True, group_ids=frozenset())
        await asyncio.wait_for(Reader(sight, is_up=True).serve(never, stuck, nobody), 2)

    asyncio.run(write())
