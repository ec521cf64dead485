"""Every address there is, knocked at by a stranger, by a requester, and by another site."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from opora.doors import actions as doors
from opora.workspace.rooms.tests import given
from tests import cast

pytestmark = pytest.mark.django_db

# What a stranger gets to see, and nothing else.
OPEN = {
    "account_login",
    "account_inactive",
    "account_logout",  # leads to the front page
    "mfa_authenticate",  # leads to signing in, until a password was right
    "language",
    "sign-in-by-mail",
    "sign-in-link",
    "first-run",
}
READS, WRITES = ("get", "head"), ("post", "put", "patch", "delete")


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every page."""
    for found in resolver.url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield str(found.name), route
        else:
            yield from patterns(found, route)


PAGES = dict(patterns(get_resolver()))


def address_of(name: str) -> str:
    """The page's address, with things in it that exist."""
    ticket = cast.a_ticket()
    ids = {
        "ticket_id": ticket.pk,
        "message_id": cast.last_seen(ticket),
        "arrival_id": given.an_arrival(html="<p>It smokes.</p>").pk,
        "delivery_id": given.a_delivery(ticket).pk,
        "file_id": 1,
        "door_id": cast.mailbox().pk,
        "server_id": doors.save_server(
            actor=cast.ada(), server=None, name="Far", host="127.0.0.1"
        ).pk,
        "person_id": cast.dana().pk,
        "group_id": cast.group().pk,
        "company_id": cast.company().pk,
        "key": "all",
        "token": "none",
    }
    return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(ids[str(match[1])]), PAGES[name])


@pytest.mark.parametrize("name", sorted(PAGES.keys() - OPEN))
def test_a_stranger_gets_nothing_by_any_method(name: str) -> None:
    address, stranger = address_of(name), Client()
    for method in (*READS, *WRITES, "options"):
        answer = getattr(stranger, method)(address)
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", sorted(PAGES.keys() - OPEN))
def test_a_requester_gets_nothing_by_any_method(name: str) -> None:
    address, requester = address_of(name), cast.page_of(cast.alice())
    answers = {getattr(requester, method)(address).status_code for method in (*READS, *WRITES)}
    assert answers == {403}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_writes_for_another_site(name: str) -> None:
    address, browser = address_of(name), Client(enforce_csrf_checks=True)
    browser.force_login(cast.ada(), backend="allauth.account.auth_backends.AuthenticationBackend")
    for method in WRITES:
        for headers in ({}, {"Origin": "https://evil.example"}, {"HX-Request": "true"}):
            assert getattr(browser, method)(address, headers=headers).status_code in (403, 405)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_answer_is_strict(name: str) -> None:
    address = address_of(name)
    for browser in (Client(), cast.page_of(cast.ada())):
        answer = browser.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy or "sandbox" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
        assert answer["Referrer-Policy"] == "same-origin"
