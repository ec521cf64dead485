"""A ticket's events tell everything: replayed, they give the ticket as it stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.desk import actions
from opora.desk.actions.rows import PAST
from opora.desk.models import Ticket
from opora.desk.rules import MOVES
from opora.desk.selectors import events_of
from opora.desk.types import Said
from opora.lib import clock
from opora.lib.errors import Refusal
from tests import cast

pytestmark = pytest.mark.django_db

# What only pages need, or what follows from a ticket's first event.
UNTOLD = {"id", "opened_at", "changed_at", "version", "is_demo"}
FRESH: dict[str, Any] = {
    "assignee": None,
    "closed_at": None,
    "company": None,
    "continues": None,
    "door": None,
    "group": None,
    "hold_reason": "",
    "on_hold_until": None,
    "solved_at": None,
    "tags": [],
    "trouble": "",
}


def acts() -> dict[str, Callable[[Ticket], object]]:
    dana = cast.dana()
    return {
        "reply": lambda t: actions.reply(
            actor=dana, ticket=t, text="Hi", seen=cast.last_seen(t), then="ask"
        ),
        "say": lambda t: actions.add_message(
            actor=cast.alice(), ticket=t, said=Said(text="It burns.")
        ),
        "thank": lambda t: actions.add_message(
            actor=cast.alice(), ticket=t, said=Said(text="Thanks!")
        ),
        "note": lambda t: actions.add_note(actor=dana, ticket=t, text="Hm"),
        "take": lambda t: actions.take(actor=cast.leo(), ticket=t),
        "hold": lambda t: actions.hold(
            actor=dana, ticket=t, until=clock.now() + timedelta(days=1), reason="Ink"
        ),
        "solve": lambda t: actions.solve(actor=dana, ticket=t, seen=cast.last_seen(t)),
        "close": lambda t: actions.close(actor=dana, ticket=t, seen=cast.last_seen(t)),
        "reopen": lambda t: actions.reopen(actor=dana, ticket=t),
        "recall": lambda t: actions.recall(ticket=t, reason="It came back."),
        "nobody": lambda t: actions.assign(actor=dana, ticket=t, assignee=None),
        "group": lambda t: actions.set_group(actor=cast.ada(), ticket=t, group=cast.group("Shop")),
        "back": lambda t: actions.set_group(actor=cast.ada(), ticket=t, group=cast.group()),
        "high": lambda t: actions.set_priority(actor=dana, ticket=t, priority="high"),
        "tags": lambda t: actions.set_tags(actor=dana, ticket=t, tags=["till", "ink"]),
        "rename": lambda t: actions.rename(actor=dana, ticket=t, subject="Smoke"),
        "requester": lambda t: actions.set_requester(
            actor=dana, ticket=t, requester=cast.charlie()
        ),
        "company": lambda t: actions.set_company(actor=dana, ticket=t, company=cast.company()),
    }


ACTS = (
    *("reply", "say", "thank", "note", "take", "hold", "solve", "close", "reopen", "recall"),
    *("nobody", "group", "back", "high", "tags", "rename", "requester", "company"),
)


@given(st.lists(st.sampled_from(ACTS), max_size=12))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_replaying_its_events_rebuilds_a_ticket(chosen: list[str]) -> None:
    ticket = cast.a_ticket()
    for name in chosen:
        try:
            acts()[name](ticket)
        except (Refusal, PermissionDenied):
            continue  # nothing has happened, and nothing may be told
    assert replay(ticket) == state(ticket)


def test_an_event_carries_actor_kind_old_and_new() -> None:
    ticket = cast.a_ticket()
    actions.take(actor=cast.dana(), ticket=ticket)
    event = events_of(ticket).get(kind="ticket.taken")
    assert event.actor_id == cast.dana().pk
    assert event.changes == {
        "status": ["new", "in_progress"],
        "assignee": [None, cast.dana().pk],
    }


def test_every_message_is_an_event_of_its_writer() -> None:
    ticket = cast.a_ticket()
    actions.add_note(actor=cast.dana(), ticket=ticket, text="Hm")
    told = [event.actor_id for event in events_of(ticket).filter(kind="message.written")]
    assert told == [cast.alice().pk, cast.dana().pk]


def test_what_opora_does_itself_has_no_actor() -> None:
    ticket = cast.a_ticket()
    actions.recall(ticket=ticket, reason="It came back.")
    assert events_of(ticket).get(kind="ticket.recalled").actor_id is None


def test_a_refused_act_is_in_no_event() -> None:
    ticket = cast.a_ticket()
    before = events_of(ticket).count()
    with pytest.raises(PermissionDenied):
        actions.take(actor=cast.wanda(), ticket=ticket)
    assert events_of(ticket).count() == before


def test_every_move_has_its_word() -> None:
    assert set(PAST) == set(MOVES)


def replay(ticket: Ticket) -> dict[str, Any]:
    """The ticket as its events tell it; each old value must be what was there before."""
    told: dict[str, Any] = dict(FRESH)
    for event in events_of(ticket).exclude(kind="message.written"):
        for field, (old, new) in event.changes.items():
            if event.kind != "ticket.opened":
                assert told[field] == old, (event.kind, field)
            told[field] = new
    return told


def state(ticket: Ticket) -> dict[str, Any]:
    fresh = Ticket.objects.get(pk=ticket.pk)
    values = {field.name: getattr(fresh, field.attname) for field in Ticket._meta.concrete_fields}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if name not in UNTOLD
    }
