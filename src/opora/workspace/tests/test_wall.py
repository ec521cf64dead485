"""Nothing of a ticket gets to those who may not see it: by no page, part, file or letter."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from opora.desk import actions
from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.people.models import Person
from opora.workspace.request import actor_of
from tests import cast

pytestmark = pytest.mark.django_db

SECRET = "zebra-secret"
LISTS = ("mine", "unassigned", "trouble", "open", "solved", "closed", "all")
PARTS = ("", "?part=rows", "?part=views", "?part=arrivals&newest=2020-01-01T00:00:00%2B00:00")


def a_secret() -> Ticket:
    """A ticket of the first line with a file and HTML, all of which say the secret."""
    ticket = cast.a_ticket(subject=SECRET, text=SECRET)
    upload = actions.keep_upload(
        actor=cast.dana(), raw=SECRET.encode(), name=f"{SECRET}.txt", media_type="text/plain"
    )
    actions.add_note(actor=cast.dana(), ticket=ticket, text=SECRET, upload_ids=[upload.pk])
    said = Said(text=SECRET, html=f"<p>{SECRET}</p>")
    actions.add_message(actor=cast.alice(), ticket=ticket, said=said)
    return ticket


def reads_of(ticket: Ticket) -> list[str]:
    note, word = ticket.messages.order_by("id")[1:3]
    attachment = note.attachments.get()
    return [
        "/",
        f"/tickets/{ticket.pk}/",
        f"/tickets/{ticket.pk}/row/",
        f"/files/{attachment.pk}/",
        f"/letters/{word.pk}/",
        "/tickets/new/",
        "/tickets/all/?q=zebra",
        *(f"/tickets/{key}/{part}" for key in LISTS for part in PARTS),
    ]


def writes_of(ticket: Ticket) -> list[tuple[str, dict[str, str]]]:
    seen = str(cast.last_seen(ticket))
    return [
        (f"/tickets/{ticket.pk}/say/", {"kind": "reply", "text": "hi", "seen": seen}),
        (f"/tickets/{ticket.pk}/say/", {"kind": "note", "text": "hi", "seen": seen}),
        (f"/tickets/{ticket.pk}/move/", {"move": "solve", "seen": seen}),
        (f"/tickets/{ticket.pk}/change/", {"priority": "high"}),
    ]


def test_an_agent_of_the_group_reads_all_of_it() -> None:
    ticket = a_secret()
    browser = cast.page_of(cast.dana())
    told = [SECRET in _text(browser.get(url, follow=True)) for url in reads_of(ticket)[1:5]]
    assert told == [True] * 4


def test_a_stranger_is_sent_to_the_sign_in_page() -> None:
    browser = cast.page_of(None)
    for url in reads_of(a_secret()):
        answer = browser.get(url)
        assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")
        assert SECRET not in _text(answer)


@pytest.mark.parametrize("key", ['"\\000123456789"', '"\\377\\376"', "x" * 9000])
def test_a_stranger_with_any_cookie_is_sent_there_too(key: str) -> None:
    answer = cast.page_of(None).get("/tickets/mine/", headers={"Cookie": f"sessionid={key}"})
    assert answer.status_code == 302


def test_a_stranger_is_sent_there_whole_when_a_part_was_asked_for() -> None:
    answer = cast.page_of(None).get("/tickets/mine/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/accounts/login/")


@pytest.mark.parametrize("who", [cast.alice, cast.charlie])
def test_a_requester_gets_403_and_nothing_else(who: Callable[[], Person | None]) -> None:
    ticket = a_secret()
    browser = cast.page_of(who())
    for url in reads_of(ticket):
        answer = browser.get(url)
        assert answer.status_code == 403
        assert SECRET not in _text(answer)


def test_an_agent_of_another_group_finds_nothing() -> None:
    browser = cast.page_of(cast.wanda())
    for url in reads_of(a_secret()):
        answer = browser.get(url, follow=True)
        assert SECRET not in _text(answer)
        is_list = url.startswith(("/tickets/new", *(f"/tickets/{key}" for key in LISTS)))
        assert answer.status_code == (200 if is_list or url == "/" else 404)


@pytest.mark.parametrize("who", [cast.alice, cast.charlie, cast.wanda, lambda: None])
def test_who_does_not_see_a_ticket_changes_nothing_of_it(who: Callable[[], Person | None]) -> None:
    ticket = a_secret()
    browser = cast.page_of(who())
    for url, data in writes_of(ticket):
        assert browser.post(url, data).status_code in (302, 403, 404)
    after = Ticket.objects.get()
    assert (after.version, after.messages.count()) == (ticket.version + 2, 3)


def test_an_observer_sees_and_does_not_work() -> None:
    ticket = a_secret()
    cast.wanda().memberships.create(group=cast.group(), is_observer=True)
    browser = cast.page_of(cast.wanda())
    page = _text(browser.get(f"/tickets/{ticket.pk}/"))
    assert (SECRET in page, 'id="composer"' in page) == (True, False)
    assert {browser.post(url, data).status_code for url, data in writes_of(ticket)} == {403}


def test_a_view_lets_no_requester_in_by_itself() -> None:
    request = RequestFactory().get("/")
    request._cached_user = cast.alice()  # type: ignore[attr-defined]
    with pytest.raises(PermissionDenied):
        actor_of(request)


def test_uploads_are_for_agents() -> None:
    assert cast.page_of(cast.alice()).post("/uploads/").status_code == 403
    assert cast.page_of(None).post("/uploads/").status_code == 302


def test_who_was_switched_off_is_a_stranger() -> None:
    dana = cast.dana()
    browser = cast.page_of(dana)
    dana.is_active = False
    dana.save()
    assert browser.get("/tickets/mine/").status_code == 302


def test_every_page_carries_the_strict_policy() -> None:
    answer = cast.page_of(cast.dana()).get("/tickets/mine/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def _text(answer: object) -> str:
    streaming = getattr(answer, "streaming", False)
    content = b"".join(answer.streaming_content) if streaming else answer.content  # type: ignore[attr-defined]
    return str(content.decode())
