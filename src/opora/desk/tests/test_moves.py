from datetime import timedelta
from typing import Any

import pytest
import time_machine

from opora.desk import actions
from opora.desk.errors import CannotMove, HasChanged
from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.lib import clock
from opora.lib.errors import Refusal
from tests import cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def solved(**over: object) -> Ticket:
    ticket = cast.a_ticket(**over)
    return actions.solve(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))


def on_hold(days: int = 2) -> Ticket:
    until = clock.now() + days * DAY
    return actions.hold(actor=cast.dana(), ticket=cast.a_ticket(), until=until, reason="Ink")


def test_taking_makes_it_mine() -> None:
    ticket = actions.take(actor=cast.dana(), ticket=cast.a_ticket(assignee=cast.leo()))
    assert (ticket.status, ticket.assignee) == ("in_progress", cast.dana())


def test_waiting_needs_no_word_of_ours() -> None:
    ticket = actions.wait(actor=cast.dana(), ticket=cast.a_ticket())
    assert (ticket.status, ticket.has_news) == ("waiting", False)


def test_a_hold_has_its_reason_and_its_date() -> None:
    ticket = on_hold()
    assert (ticket.status, ticket.hold_reason) == ("on_hold", "Ink")
    assert ticket.on_hold_until is not None


@pytest.mark.parametrize(("days", "reason"), [(-1, "Ink"), (0, "Ink"), (1, " ")])
def test_a_hold_without_a_reason_or_a_future_is_refused(days: int, reason: str) -> None:
    ticket = cast.a_ticket()
    with pytest.raises(Refusal):
        actions.hold(
            actor=cast.dana(), ticket=ticket, until=clock.now() + days * DAY, reason=reason
        )
    assert again(ticket).status == "new"


def test_leaving_a_hold_leaves_its_reason_behind() -> None:
    ticket = actions.take(actor=cast.dana(), ticket=on_hold())
    assert (ticket.on_hold_until, ticket.hold_reason) == (None, "")


def test_a_ticket_on_hold_is_resumed_on_its_date_and_says_why_it_waited() -> None:
    ticket = on_hold(days=2)
    assert actions.wake_held() == 0
    with time_machine.travel(clock.now() + 3 * DAY, tick=False):
        assert (actions.wake_held(), actions.wake_held()) == (1, 0)
    ticket = again(ticket)
    assert (ticket.status, ticket.trouble, ticket.on_hold_until) == ("in_progress", "Ink", None)


def test_solving_notes_when_and_by_whom() -> None:
    ticket = solved()
    assert (ticket.status, ticket.assignee, ticket.closed_at) == ("solved", cast.dana(), None)
    assert ticket.solved_at is not None


@pytest.mark.parametrize("move", [actions.solve, actions.close])
def test_nobody_ends_what_they_did_not_read(move: Any) -> None:
    ticket = cast.a_ticket()
    seen = cast.last_seen(ticket)
    actions.add_message(actor=cast.alice(), ticket=ticket, said=Said(text="It burns now."))
    with pytest.raises(HasChanged):
        move(actor=cast.dana(), ticket=ticket, seen=seen)
    assert again(ticket).status == "new"


def test_solving_twice_keeps_the_first_moment() -> None:
    ticket = solved()
    with time_machine.travel(clock.now() + DAY, tick=False):
        actions.solve(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    assert again(ticket).solved_at == ticket.solved_at


def test_reopening_forgets_that_it_was_done() -> None:
    ticket = actions.reopen(actor=cast.dana(), ticket=solved())
    assert (ticket.status, ticket.solved_at, ticket.closed_at) == ("in_progress", None, None)


def test_what_is_open_cannot_be_reopened() -> None:
    with pytest.raises(CannotMove):
        actions.reopen(actor=cast.dana(), ticket=cast.a_ticket())


def test_a_solved_ticket_is_closed_when_nobody_wrote_for_days() -> None:
    cast.service()
    ticket = solved()
    assert actions.close_lapsed() == 0
    with time_machine.travel(clock.now() + 3 * DAY, tick=False):
        assert (actions.close_lapsed(), actions.close_lapsed()) == (1, 0)
    assert (again(ticket).status, again(ticket).solved_at) == ("closed", ticket.solved_at)


def test_a_solved_ticket_whose_answer_did_not_arrive_is_not_closed_by_time() -> None:
    ticket = solved()
    actions.recall(ticket=ticket, reason="alice@example.org: unknown")
    with time_machine.travel(clock.now() + 30 * DAY, tick=False):
        assert actions.close_lapsed() == 0
    assert (again(ticket).status, again(ticket).trouble) == (
        "in_progress",
        "alice@example.org: unknown",
    )


@pytest.mark.parametrize("end", [actions.solve, actions.close])
def test_ending_a_ticket_ends_its_trouble(end: Any) -> None:
    ticket = cast.a_ticket()
    actions.recall(ticket=ticket, reason="It did not arrive.")
    ticket = end(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    assert ticket.trouble == ""


def test_a_stale_copy_of_a_ticket_does_no_harm() -> None:
    stale = cast.a_ticket()
    actions.set_priority(actor=cast.dana(), ticket=again(stale), priority="critical")
    actions.take(actor=cast.dana(), ticket=stale)
    assert again(stale).priority == "critical"
