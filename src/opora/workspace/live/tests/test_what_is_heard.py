import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from opora.desk import actions as desk
from opora.desk.models import Ticket
from opora.desk.selectors import tickets_for
from opora.intake import actions as intake
from opora.people.models import Person
from opora.workspace.live import news, reader
from opora.workspace.live.news import Batch, Change
from opora.workspace.live.reader import Reader
from opora.workspace.live.sight import sight_of
from opora.workspace.live.tests.ears import cookie_of, do, listening, living
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def heard_by(person: Person, act: Callable[[], object]) -> Any:
    """What the person's stream tells of the act; None when nothing within a second."""
    cookie = cookie_of(person)

    async def hear() -> Any:
        async with living() as live, listening(live, cookie) as ear:
            await ear.until("up")
            await do(act)
            try:
                return await ear.until("changed", within=1)
            except TimeoutError:
                return None

    return asyncio.run(hear())


def version_of(ticket: Ticket) -> int:
    return Ticket.objects.get(id=ticket.pk).version


def test_agent_of_the_group_hears_of_a_change() -> None:
    dana, ticket = cast.dana(), cast.a_ticket()
    heard = heard_by(dana, lambda: desk.take(actor=dana, ticket=ticket))
    assert heard["tickets"] == [[ticket.pk, version_of(ticket)]]


def test_agent_of_another_group_hears_nothing() -> None:
    dana, ticket = cast.dana(), cast.a_ticket()
    assert heard_by(cast.wanda(), lambda: desk.take(actor=dana, ticket=ticket)) is None


def test_group_that_loses_a_ticket_hears_of_it() -> None:
    ada, ticket, other = cast.ada(), cast.a_ticket(), cast.group("Warehouse")
    heard = heard_by(cast.dana(), lambda: desk.set_group(actor=ada, ticket=ticket, group=other))
    assert heard["tickets"] == [[ticket.pk, version_of(ticket)]]


def test_new_state_of_a_delivery_is_heard_without_an_event() -> None:
    ticket = cast.a_ticket()
    heard = heard_by(cast.dana(), lambda: desk.mark_delivery(ticket_id=ticket.pk))
    assert heard["tickets"] == [[ticket.pk, version_of(ticket)]]


def test_a_letter_that_comes_in_is_heard() -> None:
    door = cast.mailbox()
    heard = heard_by(cast.wanda(), lambda: intake.accept(door=door, raw=b"Subject: x\r\n\r\nx"))
    assert heard == {"tickets": [], "arrivals": True, "deliveries": False}


def test_a_letter_that_leaves_is_heard() -> None:
    dana, ticket = cast.dana(), cast.a_ticket()
    heard = heard_by(
        cast.wanda(),
        lambda: desk.reply(actor=dana, ticket=ticket, text="Done", seen=cast.last_seen(ticket)),
    )
    assert heard == {"tickets": [], "arrivals": False, "deliveries": True}


def test_two_changes_at_once_are_told_together() -> None:
    dana, first, second = cast.dana(), cast.a_ticket(), cast.a_ticket()

    def take_both() -> None:
        desk.take(actor=dana, ticket=first)
        desk.take(actor=dana, ticket=second)

    heard = heard_by(dana, take_both)
    assert {number for number, _ in heard["tickets"]} == {first.pk, second.pk}


def test_change_of_a_moment_ago_is_told_to_a_new_stream() -> None:
    dana, ticket = cast.dana(), cast.a_ticket()
    cookie = cookie_of(dana)

    async def come_late() -> Any:
        async with living() as live:
            async with listening(live, cookie) as early:
                await do(lambda: desk.take(actor=dana, ticket=ticket))
                await early.until("changed")
            async with listening(live, cookie) as late:
                return await late.until("changed")

    assert asyncio.run(come_late())["tickets"] == [[ticket.pk, version_of(ticket)]]


def test_silence_is_filled_with_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PING", 0.1)
    cookie = cookie_of(cast.dana())

    async def wait() -> None:
        async with living() as live, listening(live, cookie) as ear:
            await ear.until("ping")

    asyncio.run(wait())


def test_sight_is_the_rule_of_the_lists() -> None:
    dana, other = cast.dana(), cast.group("Warehouse")
    for place in ({}, {"group": other}, {"group": other, "assignee": dana}):
        cast.a_ticket(**place)
    Ticket.objects.filter(id=cast.a_ticket().pk).update(group=None)
    for person in (dana, cast.wanda(), cast.leo(), cast.ada()):
        changes = [
            Change(row.pk, 1, frozenset({row.group_id}), frozenset({row.assignee_id}))
            for row in Ticket.objects.all()
        ]
        seen = {change.ticket_id for change in sight_of(person).of(changes)}
        assert seen == set(tickets_for(person).values_list("id", flat=True))


def test_slow_reader_is_told_to_look_at_everything() -> None:
    async def gather() -> tuple[bool | None, int]:
        slow = Reader(sight_of_ada, is_up=True)
        for number in range(news.MAX_TICKETS + 1):
            change = Change(number, 1, frozenset({None}), frozenset())
            slow.hear(Batch((change,), arrivals=False, deliveries=False))
        return slow.word, len(slow.news.versions)

    sight_of_ada = sight_of(cast.ada())
    assert asyncio.run(gather()) == (True, 0)
