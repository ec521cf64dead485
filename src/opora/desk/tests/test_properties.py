import pytest

from opora.desk import actions
from opora.desk.models import Ticket
from opora.desk.selectors import events_of
from opora.lib.errors import Refusal
from tests import cast

pytestmark = pytest.mark.django_db


def test_a_ticket_is_given_only_to_those_who_work_on_it() -> None:
    ticket = cast.a_ticket()
    for person in (cast.wanda(), cast.alice()):
        with pytest.raises(Refusal):
            actions.assign(actor=cast.dana(), ticket=ticket, assignee=person)
    assert actions.assign(actor=cast.dana(), ticket=ticket, assignee=cast.leo()) == ticket
    assert Ticket.objects.get().assignee == cast.leo()


def test_assigning_does_not_move() -> None:
    ticket = actions.assign(actor=cast.dana(), ticket=cast.a_ticket(), assignee=cast.dana())
    assert ticket.status == "new"


def test_another_group_takes_off_an_assignee_who_does_not_work_there() -> None:
    ticket = cast.a_ticket(assignee=cast.dana())
    ticket = actions.set_group(
        actor=cast.dana(), ticket=ticket, group=cast.group(cast.wanda().groups.get().name)
    )
    assert ticket.assignee is None


def test_no_group_keeps_the_assignee() -> None:
    ticket = cast.a_ticket(assignee=cast.dana())
    assert actions.set_group(actor=cast.dana(), ticket=ticket, group=None).assignee == cast.dana()


def test_tags_are_clean_and_stand_once() -> None:
    given = ["Till ", "till", "  card   terminal", "", "x" * 60]
    ticket = actions.set_tags(actor=cast.dana(), ticket=cast.a_ticket(), tags=given)
    assert ticket.tags == ["card terminal", "till", "x" * 50]


def test_a_priority_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="urgent"):
        actions.set_priority(actor=cast.dana(), ticket=cast.a_ticket(), priority="urgent")


def test_a_subject_is_one_line_and_never_empty() -> None:
    ticket = cast.a_ticket()
    assert actions.rename(actor=cast.dana(), ticket=ticket, subject=" a\n b ").subject == "a b"
    with pytest.raises(Refusal):
        actions.rename(actor=cast.dana(), ticket=ticket, subject=" \n ")


def test_another_requester_brings_their_company() -> None:
    charlie = cast.charlie()
    charlie.company = cast.company()
    charlie.save()
    ticket = actions.set_requester(actor=cast.dana(), ticket=cast.a_ticket(), requester=charlie)
    assert (ticket.requester, ticket.company) == (charlie, cast.company())


def test_setting_what_is_already_so_writes_nothing() -> None:
    ticket = cast.a_ticket(assignee=cast.dana())
    before = events_of(ticket).count()
    actions.assign(actor=cast.dana(), ticket=ticket, assignee=cast.dana())
    actions.set_priority(actor=cast.dana(), ticket=ticket, priority="normal")
    actions.set_tags(actor=cast.dana(), ticket=ticket, tags=[])
    assert events_of(ticket).count() == before
    assert Ticket.objects.get().version == ticket.version
