from datetime import timedelta

import pytest

from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.lib import clock
from opora.outbox.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db


def test_a_new_ticket_waits_for_somebody_and_says_that_it_is_new() -> None:
    ticket = cast.a_ticket()
    assert (ticket.status, ticket.has_news, ticket.assignee) == ("new", True, None)
    assert [message.kind for message in ticket.messages.all()] == ["request"]


def test_group_and_assignee_come_from_the_mailbox() -> None:
    door = cast.mailbox(group=cast.group("Warehouse"), agent=cast.wanda())
    ticket = cast.a_ticket(door=door, group=None)
    assert (ticket.group, ticket.assignee) == (cast.group("Warehouse"), cast.wanda())


def test_the_company_comes_from_the_requester() -> None:
    alice = cast.alice()
    alice.company = cast.company()
    alice.save()
    assert cast.a_ticket(requester=alice).company == cast.company()


def test_the_receipt_leaves_with_the_ticket_and_names_its_number() -> None:
    ticket = cast.a_ticket(reference="<1@romashka.example>")
    [receipt] = Delivery.objects.filter(ticket_id=ticket.pk)
    assert (receipt.purpose, receipt.is_automatic) == ("receipt", True)
    assert receipt.recipient == cast.alice().email
    assert f"[#{ticket.pk}]" in receipt.subject
    assert receipt.answers_to == ["<1@romashka.example>"]


@pytest.mark.parametrize(
    "said", [Said(text="It smokes.", wants_receipt=False), Said(text="It smokes.", is_silent=True)]
)
def test_no_receipt_where_none_is_wanted(said: Said) -> None:
    cast.a_ticket(said=said)
    assert not Delivery.objects.exists()


def test_no_receipt_from_a_mailbox_that_sends_none() -> None:
    cast.a_ticket(door=cast.mailbox(sends_receipts=False))
    assert not Delivery.objects.exists()


def test_an_import_keeps_its_date_and_is_no_news() -> None:
    long_ago = clock.now() - timedelta(days=400)
    ticket = cast.a_ticket(said=Said(text="Old", is_silent=True, written_at=long_ago))
    assert (ticket.opened_at, ticket.changed_at, ticket.has_news) == (long_ago, long_ago, False)
    assert ticket.messages.get().written_at == long_ago


def test_a_date_to_come_is_not_believed() -> None:
    tomorrow = clock.now() + timedelta(days=1)
    ticket = cast.a_ticket(said=Said(text="Odd", is_silent=True, written_at=tomorrow))
    assert ticket.opened_at < tomorrow


def test_a_live_letter_came_now_whatever_its_date_says() -> None:
    yesterday = clock.now() - timedelta(days=1)
    ticket = cast.a_ticket(said=Said(text="Hi", written_at=yesterday))
    assert ticket.opened_at > yesterday
    assert ticket.messages.get().written_at > yesterday


def test_who_stands_under_cc_takes_part_and_the_requester_is_no_participant() -> None:
    ticket = cast.a_ticket(cc=("bob@example.org", "alice@example.org"))
    names = ticket.participants.values_list("person__email", flat=True)
    assert list(names) == ["bob@example.org"]


def test_an_agent_writes_down_what_was_asked_by_telephone() -> None:
    ticket = cast.a_ticket(actor=cast.dana())
    assert ticket.has_news is False
    assert (ticket.requester, ticket.messages.get().author) == (cast.alice(), cast.dana())


def test_a_ticket_without_a_subject_gets_one() -> None:
    assert cast.a_ticket(subject="Re:  ").subject == "(no subject)"


def test_a_subject_of_any_length_fits() -> None:
    assert len(cast.a_ticket(subject="x" * 5000).subject) == 300


def test_the_requester_is_written_to_in_their_language_else_in_the_mailboxs() -> None:
    russian = cast.mailbox("pomosh@demo.example", language="ru")
    charlie = cast.charlie()
    charlie.language = ""
    charlie.save()
    assert cast.a_ticket(door=russian).language == "en"
    assert cast.a_ticket(door=russian, requester=charlie, actor=charlie).language == "ru"


def test_numbers_are_never_used_again() -> None:
    first = cast.a_ticket(said=Said(text="1", is_silent=True))
    number = first.pk
    first.messages.all().delete()
    Ticket.objects.filter(pk=number).delete()
    assert cast.a_ticket().pk > number
