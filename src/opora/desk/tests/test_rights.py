"""Every act on a ticket, by everybody: who may, and that a refused act leaves nothing behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from opora.desk import actions, policies
from opora.desk.models import Ticket
from opora.desk.selectors import tickets_for
from opora.lib import clock
from opora.people.models import Membership, Person
from opora.trail.models import Event
from tests import cast

pytestmark = pytest.mark.django_db
Act = Callable[[Person, Ticket], object]

ACTS: dict[str, Act] = {
    "reply": lambda actor, ticket: actions.reply(
        actor=actor, ticket=ticket, text="Hi", seen=cast.last_seen(ticket)
    ),
    "add_note": lambda actor, ticket: actions.add_note(actor=actor, ticket=ticket, text="Hm"),
    "take": lambda actor, ticket: actions.take(actor=actor, ticket=ticket),
    "wait": lambda actor, ticket: actions.wait(actor=actor, ticket=ticket),
    "hold": lambda actor, ticket: actions.hold(
        actor=actor, ticket=ticket, until=clock.now() + timedelta(days=1), reason="Ink"
    ),
    "solve": lambda actor, ticket: actions.solve(
        actor=actor, ticket=ticket, seen=cast.last_seen(ticket)
    ),
    "close": lambda actor, ticket: actions.close(
        actor=actor, ticket=ticket, seen=cast.last_seen(ticket)
    ),
    "assign": lambda actor, ticket: actions.assign(
        actor=actor, ticket=ticket, assignee=cast.dana()
    ),
    "set_group": lambda actor, ticket: actions.set_group(actor=actor, ticket=ticket, group=None),
    "set_priority": lambda actor, ticket: actions.set_priority(
        actor=actor, ticket=ticket, priority="high"
    ),
    "set_tags": lambda actor, ticket: actions.set_tags(actor=actor, ticket=ticket, tags=["till"]),
    "rename": lambda actor, ticket: actions.rename(actor=actor, ticket=ticket, subject="Smoke"),
    "set_requester": lambda actor, ticket: actions.set_requester(
        actor=actor, ticket=ticket, requester=cast.charlie()
    ),
    "set_company": lambda actor, ticket: actions.set_company(
        actor=actor, ticket=ticket, company=cast.company()
    ),
}


def an_observer() -> Person:
    """Wanda, who may look into the first line and not work there."""
    Membership.objects.create(person=cast.wanda(), group=cast.group(), is_observer=True)
    return cast.wanda()


def a_former_agent() -> Person:
    dana = cast.dana()
    dana.is_active = False
    dana.save()
    return dana


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("actor", [cast.dana, cast.leo, cast.ada])
def test_those_of_the_group_and_administrators_may(act: str, actor: Callable[[], Person]) -> None:
    ticket = cast.a_ticket()
    before = Event.objects.count()
    ACTS[act](actor(), ticket)
    assert Event.objects.count() > before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "actor", [cast.wanda, cast.alice, cast.charlie, an_observer, a_former_agent]
)
def test_nobody_else_may(act: str, actor: Callable[[], Person]) -> None:
    ticket, person = cast.a_ticket(), actor()
    before = Event.objects.count()
    with pytest.raises(PermissionDenied):
        ACTS[act](person, ticket)
    assert Event.objects.count() == before
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_reopening_is_for_those_of_the_group_too() -> None:
    ticket = cast.a_ticket()
    actions.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    for stranger in (cast.wanda(), cast.alice()):
        with pytest.raises(PermissionDenied):
            actions.reopen(actor=stranger, ticket=ticket)


def test_an_assignee_of_another_group_may_work() -> None:
    ticket = cast.a_ticket(assignee=cast.wanda())
    assert actions.take(actor=cast.wanda(), ticket=ticket).status == "in_progress"


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (cast.dana, {"first line", "none"}),
        (cast.leo, {"first line", "none"}),
        (cast.wanda, {"warehouse", "none"}),
        (an_observer, {"first line", "warehouse", "none"}),
        (cast.ada, {"first line", "warehouse", "none"}),
        (cast.alice, set()),
        (cast.charlie, set()),
        (a_former_agent, set()),
    ],
)
def test_everybody_sees_their_groups_tickets(actor: Callable[[], Person], sees: set[str]) -> None:
    cast.a_ticket(subject="first line")
    cast.a_ticket(subject="warehouse", group=cast.group("Warehouse"))
    cast.a_ticket(subject="none", group=None)
    assert {ticket.subject for ticket in tickets_for(actor())} == sees


def test_a_ticket_of_no_group_is_every_agents_work() -> None:
    ticket = cast.a_ticket(group=None)
    assert policies.can_work(cast.wanda(), ticket)
    assert not policies.can_work(cast.alice(), ticket)
