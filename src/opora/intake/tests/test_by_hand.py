"""What keepers of the journal do: try again, make a ticket of it, erase."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from opora.desk.models import Ticket
from opora.files.models import Erasure
from opora.intake import actions, selectors, verify
from opora.intake.models import Arrival, Reading
from opora.intake.tests.paper import a_letter, came, reading, run
from opora.lib.errors import Refusal, Unreadable
from opora.outbox.models import Delivery
from opora.people.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def failed() -> Arrival:
    arrival = actions.accept(door=cast.mailbox(), raw=b"\x00 no letter")
    actions.fail(arrival=arrival, reason="cannot be read", error="no end of parts")
    return Arrival.objects.get(pk=arrival.pk)


def set_aside() -> Arrival:
    return came(a_letter(is_auto_reply=True))


def test_what_failed_is_tried_once_more() -> None:
    with reading(Unreadable("no")) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    actions.retry(actor=cast.dana(), arrival=arrival)
    with reading(a_letter()):
        arrival = run(arrival)
    assert (arrival.outcome, arrival.error, arrival.tries) == ("opened", "", 1)


@pytest.mark.parametrize("made", [set_aside, lambda: came(a_letter())])
def test_only_what_failed_is_tried_again(made: Callable[[], Arrival]) -> None:
    with pytest.raises(Refusal):
        actions.retry(actor=cast.dana(), arrival=made())


def test_a_ticket_is_made_of_what_was_set_aside() -> None:
    arrival = set_aside()
    ticket = actions.open_by_hand(
        actor=cast.dana(), arrival=arrival, letter=a_letter(is_auto_reply=True)
    )
    arrival.refresh_from_db()
    assert (arrival.outcome, arrival.ticket, arrival.steps[-1]) == ("opened", ticket, "hand")
    assert ticket.messages.get().text == "It smokes since this morning."


def test_a_ticket_is_made_of_what_nobody_can_read() -> None:
    ticket = actions.open_by_hand(actor=cast.dana(), arrival=failed(), letter=None)
    assert ticket.subject == "An unreadable letter"
    assert not Delivery.objects.exists()
    assert list(verify.findings()) == []


def test_what_has_its_ticket_gets_no_second_one() -> None:
    with pytest.raises(Refusal):
        actions.open_by_hand(actor=cast.dana(), arrival=came(a_letter()), letter=a_letter())
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("stranger", [cast.alice, cast.charlie])
def test_requesters_keep_no_journal(stranger: Callable[[], Person]) -> None:
    arrival = failed()
    with pytest.raises(PermissionDenied):
        actions.retry(actor=stranger(), arrival=arrival)
    with pytest.raises(PermissionDenied):
        actions.open_by_hand(actor=stranger(), arrival=arrival, letter=None)
    assert Arrival.objects.get() == arrival
    assert not Ticket.objects.exists()


def test_erasing_leaves_the_row_and_the_act() -> None:
    arrival = came(a_letter(message_id="<1@x.example>"), envelope={"from": "alice@example.org"})
    actions.erase(actor=cast.ada(), arrival=arrival, reason="Asked by Alice")
    arrival.refresh_from_db()
    act = Erasure.objects.get()
    assert (arrival.outcome, arrival.blob, arrival.erasure) == ("erased", None, act)
    assert (act.sha256, act.actor_id, act.reason) == (
        *(arrival.sha256, cast.ada().pk, "Asked by Alice"),
    )
    assert (arrival.sender, arrival.subject, arrival.message_id) == ("", "", "")
    assert arrival.envelope == {}
    assert not Reading.objects.exists()
    assert list(verify.findings()) == []


@pytest.mark.parametrize("person", [cast.dana, cast.leo, cast.alice])
def test_only_an_administrator_erases(person: Callable[[], Person]) -> None:
    with pytest.raises(PermissionDenied):
        actions.erase(actor=person(), arrival=came(a_letter()), reason="No")
    assert not Erasure.objects.exists()


def test_nothing_is_erased_without_a_reason_twice_or_before_it_is_settled() -> None:
    arrival = came(a_letter())
    with pytest.raises(Refusal):
        actions.erase(actor=cast.ada(), arrival=arrival, reason=" ")
    actions.erase(actor=cast.ada(), arrival=arrival, reason="Asked by Alice")
    fresh = actions.accept(door=cast.mailbox(), raw=b"2")
    for done in (arrival, fresh):
        with pytest.raises(Refusal):
            actions.erase(actor=cast.ada(), arrival=done, reason="Asked by Alice")
    assert Erasure.objects.count() == 1


def test_the_journal_is_seen_by_leads_and_administrators_and_by_agents_their_tickets() -> None:
    cast.mailbox(group=cast.group())
    came(a_letter())
    aside = set_aside()
    assert selectors.arrivals_for(cast.ada()).count() == 2
    assert selectors.arrivals_for(cast.leo()).count() == 2
    assert aside not in selectors.arrivals_for(cast.dana())
    assert selectors.arrivals_for(cast.dana()).count() == 1
    for nobody in (cast.wanda(), cast.alice()):
        assert not selectors.arrivals_for(nobody).exists()


def test_the_books_add_up() -> None:
    came(a_letter())
    set_aside()
    failed()
    actions.accept(door=cast.mailbox(), raw=b"3")
    books = selectors.balance(Arrival.objects.all())
    assert {name: count for name, count in books.items() if count} == {
        "opened": 1,
        "set_aside": 1,
        "failed": 1,
        "received": 1,
    }
    assert selectors.waiting_for_human() == 1
