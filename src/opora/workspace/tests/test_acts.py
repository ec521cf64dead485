"""Moves, properties, new tickets, preferences."""

from datetime import timedelta

import pytest
from django.http import HttpResponse

from opora.desk import actions
from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.lib import clock
from opora.outbox.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db


def post(url: str, data: dict[str, object], *, htmx: bool = False) -> HttpResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return cast.page_of(cast.dana()).post(url, data, headers=headers)  # type: ignore[return-value]


def move(ticket: Ticket, move: str, *, htmx: bool = False, **data: object) -> HttpResponse:
    given = {"move": move, "seen": cast.last_seen(ticket)} | data
    return post(f"/tickets/{ticket.pk}/move/", given, htmx=htmx)


def change(ticket: Ticket, **data: object) -> HttpResponse:
    return post(f"/tickets/{ticket.pk}/change/", data)


@pytest.mark.parametrize(
    ("name", "status"),
    [("take", "in_progress"), ("wait", "waiting"), ("solve", "solved"), ("close", "closed")],
)
def test_a_button_moves_the_ticket(name: str, status: str) -> None:
    ticket = cast.a_ticket()
    answer = move(ticket, name)
    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status) == (302, status)


def test_a_closed_ticket_is_reopened() -> None:
    ticket = cast.a_ticket()
    move(ticket, "close")
    move(ticket, "reopen")
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_a_hold_ends_where_the_day_begins_for_the_person() -> None:
    ticket, dana = cast.a_ticket(), cast.dana()
    dana.time_zone = "Asia/Vladivostok"
    dana.save()
    day = (clock.now() + timedelta(days=3)).date()
    move(ticket, "hold", until=day.isoformat(), reason="a part is on its way")
    ticket.refresh_from_db()
    assert ticket.on_hold_until is not None
    assert ticket.on_hold_until.isoformat() == f"{day - timedelta(days=1)}T14:00:00+00:00"


def test_nobody_solves_what_they_did_not_read() -> None:
    ticket = cast.a_ticket()
    seen = cast.last_seen(ticket)
    actions.add_message(actor=cast.alice(), ticket=ticket, said=Said(text="Still burning"))
    answer = move(ticket, "solve", seen=seen, htmx=True)
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith("There is a new message")


def test_a_refusal_is_a_page_for_a_browser_without_script() -> None:
    answer = move(cast.a_ticket(), "hold")
    assert answer.status_code == 409
    assert "Choose the day" in answer.content.decode()
    assert "<h1>" in answer.content.decode()


def test_only_what_was_changed_is_changed() -> None:
    ticket = cast.a_ticket()
    shown = {"was-priority": "normal", "was-subject": ticket.subject, "was-tags": ""}
    actions.set_priority(actor=cast.leo(), ticket=ticket, priority="critical")  # meanwhile
    change(ticket, priority="normal", subject=ticket.subject, tags="Printer, fire", **shown)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags) == ("critical", ["fire", "printer"])


def test_the_requester_is_changed_to_somebody_new() -> None:
    ticket, company = cast.a_ticket(), cast.company()
    change(ticket, requester="Olga@Romashka.example", **{"was-requester": "alice@example.org"})
    ticket.refresh_from_db()
    assert (ticket.requester.email, ticket.company) == ("olga@romashka.example", company)


def test_a_ticket_keeps_its_requester_when_the_address_is_none() -> None:
    ticket = cast.a_ticket()
    assert change(ticket, requester="nobody").status_code == 409
    ticket.refresh_from_db()
    assert ticket.requester == cast.alice()


def test_a_ticket_goes_to_another_group_without_its_assignee() -> None:
    ticket = actions.take(actor=cast.dana(), ticket=cast.a_ticket())
    shown = {"was-group": cast.group().pk, "was-assignee": cast.dana().pk}
    change(ticket, group=cast.group("Warehouse").pk, assignee=cast.dana().pk, **shown)
    ticket.refresh_from_db()
    assert (ticket.group, ticket.assignee) == (cast.group("Warehouse"), None)


def test_who_gives_a_ticket_away_is_led_back_to_the_list() -> None:
    ticket = cast.a_ticket()
    answer = change(ticket, group=cast.group("Warehouse").pk)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_who_does_not_work_in_the_group_is_not_assigned() -> None:
    ticket = cast.a_ticket()
    answer = change(ticket, assignee=cast.wanda().pk)
    assert answer.status_code == 409
    assert "Wanda does not work in this group." in answer.content.decode()


def a_call(**over: object) -> HttpResponse:
    given = {
        "mailbox": cast.mailbox().pk,
        "requester": "Bob@Romashka.example",
        "requester_name": "Bob",
        "subject": "No light",
        "text": "He called: no light in the hall.",
        "priority": "high",
        "sends_receipt": "on",
    }
    return post("/tickets/new/", given | over)


def test_a_ticket_is_written_down_for_somebody_who_called() -> None:
    cast.company()
    answer = a_call()
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert (ticket.requester.email, ticket.priority) == ("bob@romashka.example", "high")
    assert (str(ticket.company), ticket.has_news) == ("Romashka", False)
    assert Delivery.objects.get().purpose == "receipt"


def test_no_receipt_leaves_when_none_is_wanted() -> None:
    a_call(sends_receipt="")
    assert not Delivery.objects.exists()


def test_the_form_of_a_new_ticket_says_what_is_wrong() -> None:
    answer = a_call(requester="nobody")
    assert answer.status_code == 422
    assert "He called: no light in the hall." in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"theme": "dark"}, ("en", "dark", "")),
        ({"theme": "system"}, ("en", "", "")),
        ({"density": "compact"}, ("en", "", "compact")),
        ({"language": "ru"}, ("ru", "", "")),
        ({"language": "xx", "theme": "pink"}, ("en", "", "")),
    ],
)
def test_preferences_are_kept(asked: dict[str, str], kept: tuple[str, str, str]) -> None:
    answer = post("/preferences/", {"next": "/tickets/open/", **asked})
    dana = cast.dana()
    assert (dana.language, dana.theme, dana.density) == kept
    assert answer["Location"] == "/tickets/open/"


def test_preferences_lead_to_no_other_site() -> None:
    assert post("/preferences/", {"next": "https://evil.example/"})["Location"] == "/"
