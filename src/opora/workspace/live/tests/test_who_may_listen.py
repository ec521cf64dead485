import asyncio
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from opora.people.models import Group, Membership, Person
from opora.workspace.live import application, reader
from opora.workspace.live.tests.ears import cookie_of, do, listening, living
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def status_for(cookie: str = "", **over: Any) -> int:
    async def ask() -> int:
        async with living() as live, listening(live, cookie, **over) as ear:
            return ear.status

    return asyncio.run(ask())


def test_stranger_is_not_let_in() -> None:
    assert status_for() == 401
    assert status_for("sessionid=0123456789abcdef0123456789abcdef") == 401
    assert status_for('sessionid="\\000123456789abcdef0123456789abcdef"') == 401


def test_requester_is_refused() -> None:
    assert status_for(cookie_of(cast.alice())) == 403


def test_agent_is_let_in() -> None:
    assert status_for(cookie_of(cast.dana())) == 200


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil"}],
)
def test_another_site_is_refused(headers: dict[str, str]) -> None:
    assert status_for(cookie_of(cast.dana()), headers=headers) == 403


def test_our_own_page_is_let_in() -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": "http://desk"}
    assert status_for(cookie_of(cast.dana()), headers=headers) == 200


def test_only_get_is_answered() -> None:
    assert status_for(cookie_of(cast.dana()), method="POST") == 405


def test_person_with_too_many_streams_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "STREAMS", 1)
    cookie = cookie_of(cast.dana())

    async def ask() -> int:
        async with living() as live, listening(live, cookie), listening(live, cookie) as second:
            return second.status

    assert asyncio.run(ask()) == 429


def sign_out(person: Person) -> None:
    Session.objects.all().delete()


def dismiss(person: Person) -> None:
    Person.objects.filter(id=person.pk).update(is_active=False)


def move(person: Person) -> None:
    Membership.objects.create(person=person, group=Group.objects.create(name="Other"))


@pytest.mark.parametrize("change", [sign_out, dismiss, move])
def test_stream_ends_when_its_reader_sees_something_else(
    change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "CHECK", 0.1)
    dana = cast.dana()
    cookie = cookie_of(dana)

    async def lose() -> str:
        async with living() as live, listening(live, cookie) as ear:
            await do(lambda: change(dana))
            await ear.until_end()
            return ear.text

    assert "retry: " in asyncio.run(lose())
