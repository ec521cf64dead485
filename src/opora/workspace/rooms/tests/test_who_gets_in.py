"""Every page of the rooms, asked for by everybody."""

import pytest
from django.urls import reverse

from opora.people import actions as people
from opora.workspace.rooms.tests import given
from opora.workspace.rooms.urls import urlpatterns
from tests import cast

pytestmark = pytest.mark.django_db

OPEN = {"language", "sign-in-by-mail", "sign-in-link", "first-run"}  # to strangers
LISTS = {"journal", "deliveries"}  # every agent has a page of their own
ROOMS = sorted({str(pattern.name) for pattern in urlpatterns} - OPEN)


def address_of(room: str) -> str:
    """The address of a room, with things in it that exist."""
    if room.startswith("arrival"):
        return reverse(f"workspace:{room}", args=[given.an_arrival(html="<p>It smokes.</p>").pk])
    if room == "delivery-file":
        return reverse("workspace:delivery-file", args=[given.a_delivery().pk, 1])
    if room.startswith("delivery"):
        return reverse(f"workspace:{room}", args=[given.a_delivery().pk])
    ids = {
        "mailbox": lambda: cast.mailbox().pk,
        "agent": lambda: cast.dana().pk,
        "group": lambda: cast.group().pk,
        "company": lambda: cast.company().pk,
        "server": a_server,
    }
    name = room.split("-")[0]
    with_id = name in ids and not room.endswith("-new")
    return reverse(f"workspace:{room}", args=[ids[name]()] if with_id else [])


def a_server() -> int:
    from opora.doors import actions as doors

    return doors.save_server(actor=cast.ada(), server=None, name="Far", host="127.0.0.1").pk


@pytest.mark.parametrize("room", ROOMS)
def test_a_stranger_is_sent_to_sign_in(room: str) -> None:
    cast.ada()
    address = address_of(room)
    for answer in (cast.page_of(None).get(address), cast.page_of(None).post(address)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_requester_gets_none_of_it(room: str) -> None:
    cast.ada()
    address = address_of(room)
    requester = cast.page_of(cast.alice())
    assert {requester.get(address).status_code, requester.post(address).status_code} == {403}


@pytest.mark.parametrize("room", ROOMS)
def test_an_agent_of_another_group_sees_nothing_of_it(room: str) -> None:
    cast.ada()
    address = address_of(room)
    wanda = cast.page_of(cast.wanda())
    if room in LISTS:
        assert b"Printer" not in wanda.get(address).content
    else:
        refused = {403, 404, 405}
        assert wanda.get(address).status_code in refused
        assert wanda.post(address).status_code in refused


@pytest.mark.parametrize(
    "room", [room for room in ROOMS if not room.startswith(("arrival", "deliver", "journal"))]
)
def test_settings_are_for_administrators_only(room: str) -> None:
    cast.ada()
    address = address_of(room)
    for other in (cast.dana(), cast.leo()):
        assert cast.page_of(other).get(address).status_code in (403, 405)
        assert cast.page_of(other).post(address).status_code in (403, 405)


@pytest.mark.parametrize("room", ROOMS)
def test_an_administrator_opens_every_page(room: str) -> None:
    ada = cast.page_of(cast.ada())
    address = address_of(room)
    expected = {"delivery-file": 404, "delivery-letter": 200}.get(room, 200)
    answer = ada.get(address)
    assert answer.status_code == (expected if answer.status_code != 405 else 405)


def test_a_requester_with_a_link_is_turned_away() -> None:
    cast.ada()
    token = people.make_link(person=cast.alice())
    answer = cast.page_of(None).post(reverse("workspace:sign-in-link", args=[token]), follow=True)
    assert answer.wsgi_request.user.is_anonymous
    assert b"does not work here" in answer.content
