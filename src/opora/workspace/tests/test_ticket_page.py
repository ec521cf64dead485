from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.desk import actions
from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.outbox.models import Delivery
from opora.people.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def page(who: Person, ticket: Ticket) -> str:
    answer = cast.page_of(who).get(f"/tickets/{ticket.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def a_long_one() -> Ticket:
    ticket = cast.a_ticket()
    for number in range(10):
        upload = actions.keep_upload(
            actor=cast.dana(), raw=b"x", name=f"{number}.txt", media_type="text/plain"
        )
        actions.reply(
            actor=cast.dana(),
            ticket=ticket,
            text=f"Answer {number}",
            seen=cast.last_seen(ticket),
            upload_ids=[upload.pk],
        )
        actions.set_group(actor=cast.ada(), ticket=ticket, group=cast.group(f"Group {number}"))
        actions.set_group(actor=cast.ada(), ticket=ticket, group=cast.group())
        actions.assign(actor=cast.ada(), ticket=ticket, assignee=cast.dana())
    return ticket


def test_the_page_shows_what_was_asked() -> None:
    ticket = cast.a_ticket(text="It smokes & burns.")
    assert "It smokes &amp; burns." in page(cast.dana(), ticket)


def test_events_are_told_by_names() -> None:
    ticket = cast.a_ticket()
    actions.set_group(actor=cast.ada(), ticket=ticket, group=cast.group("Warehouse"))
    actions.assign(actor=cast.ada(), ticket=ticket, assignee=cast.wanda())
    told = page(cast.ada(), ticket)
    assert "<b>Ada</b>: group First line → <b>Warehouse</b>" in told
    assert "<b>Ada</b>: assignee <b>Wanda</b>" in told


def test_an_answer_shows_what_became_of_it() -> None:
    ticket = cast.a_ticket()
    actions.reply(actor=cast.dana(), ticket=ticket, text="Unplug it.", seen=cast.last_seen(ticket))
    Delivery.objects.filter(purpose="answer").update(state="failed", error="mailbox full")
    assert "not delivered to alice@example.org: mailbox full" in page(cast.dana(), ticket)


def test_those_may_be_assigned_who_work_in_the_group() -> None:
    cast.wanda(), cast.leo(), cast.ada()
    ticket = cast.a_ticket()
    offered = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/").context["agents"]
    assert [each.name for each in offered] == ["Ada", "Dana", "Leo"]


def test_the_buttons_follow_the_status() -> None:
    ticket = cast.a_ticket()
    browser = cast.page_of(cast.dana())

    def moves() -> set[str]:
        found: set[str] = browser.get(f"/tickets/{ticket.pk}/").context["moves"]
        return found

    assert moves() == {"take", "wait", "hold", "solve", "close"}
    actions.take(actor=cast.dana(), ticket=ticket)
    assert moves() == {"wait", "hold", "solve", "close"}
    actions.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    assert moves() == {"reopen"}


def test_an_answer_goes_to_those_under_cc_again() -> None:
    said = Said(text="Look", cc=("bob@romashka.example",))
    ticket = cast.a_ticket(said=said)
    answer = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/")
    assert answer.context["reply"]["cc"].value() == "bob@romashka.example"


def test_an_answer_goes_to_none_whom_an_unproven_letter_names() -> None:
    ticket = cast.a_ticket()
    friend = Said(text="Ivy helps me.", cc=("ivy@example.org",))
    actions.add_message(actor=cast.alice(), ticket=ticket, said=friend)
    forged = Said(text="And him.", cc=("eve@evil.example",), is_proven=False)
    actions.add_message(actor=cast.alice(), ticket=ticket, said=forged)
    page = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/")
    assert page.context["reply"].initial["cc"] == "ivy@example.org"


def test_the_list_it_was_opened_from_stands_beside() -> None:
    ticket = cast.a_ticket()
    browser = cast.page_of(cast.dana())
    browser.get("/tickets/unassigned/")
    queue = browser.get(f"/tickets/{ticket.pk}/").context["queue"]
    assert (queue.view.key, queue.rows) == ("unassigned", [ticket])


def test_beside_a_ticket_that_was_opened_by_a_link_stands_all_that_is_open() -> None:
    ticket = cast.a_ticket()
    queue = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/").context["queue"]
    assert (queue.view.key, queue.rows) == ("open", [ticket])


def test_an_empty_list_beside_a_ticket_says_so() -> None:
    ticket = cast.a_ticket()
    browser = cast.page_of(cast.dana())
    browser.get("/tickets/mine/")
    answer = browser.get(f"/tickets/{ticket.pk}/")
    assert "Nothing is in this list now." in answer.content.decode()


def test_a_closed_ticket_takes_notes_only() -> None:
    ticket = cast.a_ticket()
    assert 'value="reply"' in page(cast.dana(), ticket)
    actions.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    closed = page(cast.dana(), ticket)
    assert 'value="reply"' not in closed
    assert "To answer, reopen it." in closed


def test_earlier_tickets_are_those_one_may_see() -> None:
    hidden = cast.a_ticket(subject="Hidden", group=cast.group("Warehouse"))
    seen = cast.a_ticket(subject="Seen")
    ticket = cast.a_ticket()
    earlier = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/").context["earlier"]
    assert (seen in earlier, hidden in earlier) == (True, False)


def test_the_page_speaks_the_language_of_its_reader() -> None:
    ticket = cast.a_ticket()
    dana = cast.dana()
    dana.language = "ru"
    dana.save()
    told = page(dana, ticket)
    assert '<html lang="ru"' in told
    assert f"№\N{NO-BREAK SPACE}{ticket.pk}" in told


def test_times_are_those_of_the_reader() -> None:
    cast.service()
    ticket = cast.a_ticket()
    dana = cast.dana()
    dana.time_zone = "Asia/Vladivostok"
    dana.save()
    assert "+10:00" in page(dana, ticket)


@pytest.mark.parametrize("who", [cast.dana, cast.leo, cast.ada])
def test_the_page_costs_the_same_however_long_it_is(who: Callable[[], Person]) -> None:
    cast.service()
    short, long = cast.a_ticket(), a_long_one()
    browser = cast.page_of(who())
    counts = []
    for ticket in (short, long):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/tickets/{ticket.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
