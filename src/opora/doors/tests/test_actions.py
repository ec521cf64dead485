from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from opora.doors import actions, selectors
from opora.doors.models import Brand, Door, OutgoingServer, Service
from opora.lib.errors import Refusal
from opora.lib.seal import unseal
from opora.people.models import Person
from opora.trail.models import Event
from tests import cast

pytestmark = pytest.mark.django_db


def a_server(server: OutgoingServer | None = None, **over: Any) -> OutgoingServer:
    given = {"name": "Mail", "host": "mail.example.org", "username": "support"}
    return actions.save_server(actor=cast.ada(), server=server, **(given | over))


def a_mailbox(door: Door | None = None, **over: Any) -> Door:
    given = {"address": "sales@demo.example", "language": "en"}
    return actions.save_mailbox(actor=cast.ada(), door=door, **(given | over))


def told(kind: str) -> dict[str, Any]:
    return dict(Event.objects.filter(kind=kind).latest("id").changes)


@pytest.mark.parametrize("who", [cast.alice, cast.dana, cast.leo, cast.charlie])
def test_only_administrators_set_anything(who: Any) -> None:
    actor: Person = who()
    with pytest.raises(PermissionDenied):
        actions.save_service(actor=actor, name="Mine")
    with pytest.raises(PermissionDenied):
        actions.save_mailbox(actor=actor, door=None, address="mine@demo.example")
    with pytest.raises(PermissionDenied):
        actions.save_server(actor=actor, server=None, name="Mine")
    with pytest.raises(PermissionDenied):
        actions.drop_server(actor=actor, server=a_server())


def test_the_service_is_set_with_old_and_new_in_the_audit() -> None:
    cast.service()
    actions.save_service(actor=cast.ada(), name="Romashka care", grace_days=14)
    assert selectors.service().grace_days == 14
    assert told("service.changed") == {
        "name": ["Demo Service", "Romashka care"],
        "grace_days": [7, 14],
    }


@pytest.mark.parametrize(
    "bad", [{"name": " "}, {"time_zone": "Mars/Base"}, {"grace_days": 999}, {"language": "xx"}]
)
def test_what_the_service_cannot_be_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        actions.save_service(actor=cast.ada(), **bad)


def test_a_mailbox_is_made_and_changed() -> None:
    door = a_mailbox(brand="Romashka", sender_name="Sales\r\nBcc: x")
    assert (door.sender_name, str(door.brand)) == ("Sales Bcc: x", "Romashka")
    a_mailbox(door, address="Orders@Demo.example", brand="", group=cast.group())
    assert told("mailbox.changed") == {
        "address": ["sales@demo.example", "orders@demo.example"],
        "brand": ["Romashka", None],
        "group": [None, "First line"],
    }


def test_what_is_not_given_stays() -> None:
    door = a_mailbox(signature="Yours", sends_receipts=False)
    door = a_mailbox(door)
    assert (door.signature, door.sends_receipts) == ("Yours", False)


@pytest.mark.parametrize("address", ["", "sales", "a b@x.example", "продажи@demo.example"])
def test_a_mailbox_needs_an_address_that_all_can_write_to(address: str) -> None:
    with pytest.raises(Refusal):
        a_mailbox(address=address)


def test_an_address_has_one_mailbox() -> None:
    a_mailbox()
    with pytest.raises(Refusal):
        a_mailbox(address="SALES@demo.example")


def test_a_requester_cannot_be_the_agent_of_a_mailbox() -> None:
    with pytest.raises(Refusal):
        a_mailbox(agent=cast.alice())


@pytest.mark.parametrize("written", ["help@пример.рф", "Help@XN--E1AFMKFD.xn--p1ai"])
def test_a_russian_domain_is_found_in_both_its_forms(written: str) -> None:
    door = a_mailbox(address=written)
    assert door.address == "help@пример.рф"
    assert selectors.find_mailbox("help+7.abc@xn--e1afmkfd.xn--p1ai") == door
    assert selectors.find_mailbox("help@пример.рф") == door
    assert selectors.addresses() == {"help@пример.рф", "help@xn--e1afmkfd.xn--p1ai"}
    assert door.domain == "xn--e1afmkfd.xn--p1ai"


def test_a_password_is_sealed_and_in_no_audit() -> None:
    server = a_server(password="s3cret")
    assert unseal(server.password_sealed, secret=settings.SECRET_KEY) == "s3cret"
    assert told("server.added")["password"] == [None, actions.HIDDEN]
    assert "s3cret" not in str(list(Event.objects.values()))
    assert server.password_sealed not in str(list(Event.objects.values()))


def test_an_empty_password_keeps_the_old_one_and_no_user_has_none() -> None:
    server = a_server(password="s3cret")
    server = a_server(server, host="other.example.org")
    assert unseal(server.password_sealed, secret=settings.SECRET_KEY) == "s3cret"
    assert told("server.changed") == {"host": ["mail.example.org", "other.example.org"]}
    assert a_server(server, username="").password_sealed == ""


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"host": ""},
        {"host": "smtp://x"},
        {"port": 0},
        {"port": 65536},
        {"security": "rot13"},
    ],
)
def test_what_a_server_cannot_be_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        a_server(**bad)


def test_a_name_has_one_server() -> None:
    a_server()
    with pytest.raises(Refusal):
        a_server()


def test_there_is_one_common_server() -> None:
    first = a_server(is_common=True)
    second = a_server(name="Other", is_common=True)
    assert selectors.server_for(None) == second
    assert Event.objects.filter(about="server", about_id=first.pk).latest("id").changes == {
        "is_common": [True, False]
    }


def test_a_server_that_a_mailbox_sends_by_is_not_dropped() -> None:
    server = a_server()
    door = a_mailbox(server=server)
    with pytest.raises(Refusal, match=r"sales@demo\.example"):
        actions.drop_server(actor=cast.ada(), server=server)
    a_mailbox(door, server=None)
    actions.drop_server(actor=cast.ada(), server=server)
    assert told("server.dropped") == {"name": ["Mail", None]}
    assert not OutgoingServer.objects.exists()


def test_the_first_mailbox_comes_with_what_it_needs() -> None:
    door = actions.first_mailbox(" Support@demo.example")
    assert (door.address, door.is_active) == ("support@demo.example", True)
    assert Service.objects.count() == 1
    assert Brand.objects.get() == door.brand
    assert told("mailbox.added") == {"address": [None, "support@demo.example"]}


def test_the_first_mailbox_stays_as_it_is() -> None:
    door = actions.first_mailbox("support@demo.example")
    a_mailbox(door, address="support@demo.example", sender_name="Care", is_active=False)
    again = actions.first_mailbox("support@demo.example")
    assert (again, again.sender_name, again.is_active) == (door, "Care", False)
    assert Door.objects.count() == 1


def test_the_first_mailbox_bears_the_name_of_the_service() -> None:
    cast.service()
    door = actions.first_mailbox("support@demo.example")
    assert (door.sender_name, door.language) == ("Demo Service", "en")
