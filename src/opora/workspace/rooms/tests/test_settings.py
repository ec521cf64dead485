import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opora.doors.models import Door, OutgoingServer, Service
from opora.people.models import Company, Group, Membership, Person
from opora.trail.models import Event
from tests import cast

pytestmark = pytest.mark.django_db

SERVER = {"name": "Far", "host": "127.0.0.1", "port": 1, "security": "none", "username": "opora"}
MAILBOX = {
    "address": "Sales@demo.example",
    "brand": "Demo",
    "sender_name": "Demo sales",
    "language": "en",
    "sends_receipts": "on",
    "is_active": "on",
}
SERVICE = {
    "name": "Northern Service",
    "language": "ru",
    "time_zone": "Asia/Yekaterinburg",
    "grace_days": 7,
    "closing_days": 3,
}


@pytest.fixture
def ada() -> Client:
    cast.service()
    return cast.page_of(cast.ada())


def test_the_service_is_set(ada: Client) -> None:
    assert ada.post("/settings/", SERVICE).status_code == 302
    assert Service.objects.get().time_zone == "Asia/Yekaterinburg"
    assert Event.objects.get(about="service").changes["language"] == ["en", "ru"]


def test_a_wrong_time_zone_is_refused(ada: Client) -> None:
    assert ada.post("/settings/", SERVICE | {"time_zone": "Mars/Base"}).status_code == 422
    assert Service.objects.get().time_zone == "UTC"


def test_a_mailbox_is_added_and_changed(ada: Client) -> None:
    group = cast.group()
    assert ada.post("/settings/mailboxes/new/", MAILBOX | {"group": group.pk}).status_code == 302
    door = Door.objects.get()
    assert (door.address, door.group, door.plus_addresses) == ("sales@demo.example", group, False)
    ada.post(f"/settings/mailboxes/{door.pk}/", MAILBOX | {"sender_name": "Sales"})
    door.refresh_from_db()
    assert (door.sender_name, door.group) == ("Sales", None)


def test_a_mailbox_is_not_added_twice(ada: Client) -> None:
    ada.post("/settings/mailboxes/new/", MAILBOX)
    answer = ada.post("/settings/mailboxes/new/", MAILBOX)
    assert answer.status_code == 422
    assert b'data-tone="red"' in answer.content


def test_a_test_of_the_connection_says_which_step_failed(ada: Client) -> None:
    ada.post("/settings/servers/new/", SERVER | {"is_common": "on"})
    page = ada.post(f"/settings/mailboxes/{cast.mailbox().pk}/test/").content.decode()
    out = page.partition("Letters out")[2].partition("Letters in")[0]
    states = re.findall(r'<li data-state="(\w+)"', out)
    assert states[:2] == ["done", "stopped"]
    assert set(states[2:]) == {"skipped"}


def test_a_server_keeps_its_password_when_none_is_given(ada: Client) -> None:
    ada.post("/settings/servers/new/", SERVER | {"password": "secret"})
    kept = OutgoingServer.objects.get()
    page = ada.get(f"/settings/servers/{kept.pk}/").content.decode()
    ada.post(f"/settings/servers/{kept.pk}/", SERVER | {"name": "Farther"})
    assert OutgoingServer.objects.get().password_sealed == kept.password_sealed != ""
    assert "secret" not in page
    assert "secret" not in str(list(Event.objects.values_list("changes", flat=True)))


def test_a_server_in_use_is_not_dropped(ada: Client) -> None:
    ada.post("/settings/servers/new/", SERVER)
    server = OutgoingServer.objects.get()
    cast.mailbox(server=server)
    page = ada.post(f"/settings/servers/{server.pk}/drop/", follow=True).content.decode()
    assert "support@demo.example" in page
    assert OutgoingServer.objects.exists()


def test_a_new_agent_gets_a_link_that_is_shown_once(ada: Client) -> None:
    group = cast.group()
    given = {"name": "Timur", "email": "Timur@example.org", "role": "agent", "works": [group.pk]}
    page = ada.post("/settings/agents/new/", given).content.decode()
    link = re.search(r'value="http://[^/]+(/sign-in/[^"]+)"', page)
    assert link
    browser = Client()
    browser.post(link[1])
    assert browser.get("/journal/").status_code == 200
    assert Membership.objects.get(person__email="timur@example.org").group == group


def test_a_new_link_ends_the_one_before(ada: Client) -> None:
    dana = cast.dana()
    links = [
        re.findall(
            r"/sign-in/[^\"]+", ada.post(f"/settings/agents/{dana.pk}/link/").content.decode()
        )
        for _ in range(2)
    ]
    assert Client().post(links[0][0]).status_code == 410
    assert Client().post(links[1][0]).status_code == 302


def test_a_deactivated_agent_is_out_at_once(ada: Client) -> None:
    dana = cast.dana()
    browser = cast.page_of(dana)
    ada.post(f"/settings/agents/{dana.pk}/", {"name": "Dana", "role": "agent"})
    assert browser.get("/journal/").status_code == 302


def test_groups_are_worked_in_or_looked_into(ada: Client) -> None:
    dana, other = cast.dana(), cast.group("Warehouse")
    given = {"name": "Dana", "role": "lead", "is_active": "on", "looks": [other.pk]}
    ada.post(f"/settings/agents/{dana.pk}/", given)
    assert [(m.group, m.is_observer) for m in dana.memberships.all()] == [(other, True)]
    assert Person.objects.get(id=dana.pk).role == "lead"


def test_roles_and_languages_are_told_in_words(ada: Client) -> None:
    dana = cast.dana()
    given = {"name": "Dana", "role": "lead", "is_active": "on", "language": "ru"}
    ada.post(f"/settings/agents/{dana.pk}/", given)
    page = ada.get("/settings/audit/").content.decode()
    assert re.search(r"language: .*English.* → Russian", page)


def test_the_last_administrator_stays(ada: Client) -> None:
    me = cast.ada()
    answer = ada.post(f"/settings/agents/{me.pk}/", {"name": "Ada", "role": "agent"})
    assert answer.status_code == 422
    assert Person.objects.get(id=me.pk).is_administrator


def test_a_group_is_added_and_put_away(ada: Client) -> None:
    ada.post("/settings/groups/new/", {"name": "Night", "is_active": "on"})
    group = Group.objects.get(name="Night")
    ada.post(f"/settings/groups/{group.pk}/", {"name": "Night"})
    group.refresh_from_db()
    assert not group.is_active


def test_a_company_gets_its_domains(ada: Client) -> None:
    ada.post("/settings/companies/new/", {"name": "Kedr", "domains": "Kedr.example\n@кедр.рф"})
    domains = Company.objects.get().domains.values_list("domain", flat=True)
    assert sorted(domains) == ["kedr.example", "xn--d1abo0a.xn--p1ai"]


@pytest.mark.parametrize("domains", ["gmail.com", "no domain"])
def test_a_wrong_domain_makes_no_company(ada: Client, domains: str) -> None:
    answer = ada.post("/settings/companies/new/", {"name": "Kedr", "domains": domains})
    assert answer.status_code == 422
    assert not Company.objects.exists()


def test_the_audit_says_who_did_what(ada: Client) -> None:
    ada.post("/settings/groups/new/", {"name": "Night", "is_active": "on"})
    ada.post("/settings/", SERVICE)
    page = ada.get("/settings/audit/?about=group").content.decode()
    assert "Added a group <b>Night</b>" in page
    assert "Asia/Yekaterinburg" not in page
    assert "Asia/Yekaterinburg" in ada.get(f"/settings/audit/?who={cast.ada().pk}").content.decode()
    assert "Night" not in ada.get(f"/settings/audit/?who={cast.dana().pk}").content.decode()


@pytest.mark.parametrize(
    "page", ["agents", "groups", "companies", "mailboxes", "servers", "audit", "agents/new"]
)
def test_a_list_costs_few_statements(ada: Client, page: str) -> None:
    cast.dana(), cast.wanda(), cast.company(), cast.mailbox(group=cast.group())
    for name in ("Night", "Day", "Evening"):
        ada.post("/settings/groups/new/", {"name": name, "is_active": "on"})
    with CaptureQueriesContext(connection) as caught:
        ada.get(f"/settings/{page}/")
    assert len(caught) <= 12
