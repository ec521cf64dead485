"""Whatever a form holds: an answer, and never a fault of ours."""

from urllib.parse import urljoin, urlsplit

import pytest

from opora.people import actions as people
from opora.workspace.rooms.tests import given
from tests import cast

pytestmark = pytest.mark.django_db

HOSTILE = ("\0", "a\0b", "²", "-1", "9" * 19, "9" * 30, "1" * 4301, "0001-01-01", "9999-12-31")
TICKET = {
    "say": {"kind": "reply", "text": "Hi", "seen": "99", "then": "", "cc": "", "attachments": ""},
    "move": {"move": "hold", "until": "2999-01-01", "reason": "parts", "seen": "99"},
    "change": {"subject": "s", "priority": "high", "group": "", "assignee": "", "tags": "a"},
}
NEW = {"mailbox": "", "requester": "bob@example.org", "requester_name": "", "subject": "s"}
NEW |= {"text": "t", "group": "", "assignee": "", "priority": "normal", "attachments": ""}
ABROAD = (
    *("https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example"),
    *("javascript:alert(1)", "nosuch", "workspace:home", "../x", "\r\nX: y", "http:///evil"),
)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize("act", TICKET)
def test_a_form_of_a_ticket_answers_anything(act: str, hostile: str) -> None:
    ticket, browser = cast.a_ticket(), cast.page_of(cast.dana())
    for name in TICKET[act]:
        filled = TICKET[act] | {name: hostile}
        answer = browser.post(f"/tickets/{ticket.pk}/{act}/", filled)
        assert answer.status_code in (302, 409, 422)
        assert browser.get(f"/tickets/{ticket.pk}/").status_code == 200


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:12]))
def test_a_new_ticket_answers_anything(hostile: str) -> None:
    browser = cast.page_of(cast.dana())
    cast.mailbox()
    for name in NEW:
        assert browser.post("/tickets/new/", NEW | {name: hostile}).status_code in (302, 422)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12-30"])
def test_a_ticket_held_to_the_end_of_time_can_be_seen(zone: str, day: str) -> None:
    ticket, dana = cast.a_ticket(), cast.dana()
    people.set_look(person=dana, language="en", theme="", density="", time_zone=zone)
    browser = cast.page_of(dana)
    browser.post(f"/tickets/{ticket.pk}/move/", TICKET["move"] | {"until": day})
    for page in (f"/tickets/{ticket.pk}/", "/tickets/all/"):
        assert browser.get(page).status_code == 200


@pytest.mark.parametrize("abroad", ABROAD)
def test_no_form_leads_abroad(abroad: str) -> None:
    delivery, browser = given.a_delivery(), cast.page_of(cast.ada())
    for page in ("/preferences/", "/language/", f"/deliveries/{delivery.pk}/move/"):
        answer = browser.post(page, {"next": abroad, "move": "give-up", "language": "en"})
        assert answer.status_code == 302
        address = urlsplit(urljoin("http://ours/", answer["Location"].replace("\\", "/")))
        assert (address.scheme, address.netloc) == ("http", "ours")
