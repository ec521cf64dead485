from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from opora.lib.errors import Refusal
from opora.people import actions, selectors
from opora.people.models import Company, Group, Membership, Person
from opora.trail.models import Event
from tests import cast

pytestmark = pytest.mark.django_db
Act = Callable[[Person], object]

ADMINISTRATORS: dict[str, Act] = {
    "add_agent": lambda actor: actions.add_agent(
        actor=actor, name="Eve", email="eve@example.org", role="agent"
    ),
    "change_agent": lambda actor: actions.change_agent(
        actor=actor, person=cast.dana(), name="Dana", role="lead", is_active=True
    ),
    "set_memberships": lambda actor: actions.set_memberships(
        actor=actor, person=cast.dana(), works=set(), looks=set()
    ),
    "save_group": lambda actor: actions.save_group(actor=actor, group=None, name="Shop"),
    "invite": lambda actor: actions.invite(actor=actor, person=cast.dana()),
}


@pytest.mark.parametrize("act", ADMINISTRATORS)
@pytest.mark.parametrize("actor", [cast.leo, cast.dana, cast.alice])
def test_only_an_administrator_says_who_works_here(act: str, actor: Callable[[], Person]) -> None:
    cast.ada()
    person, dana = actor(), cast.dana()
    before = Event.objects.count()
    with pytest.raises(PermissionDenied):
        ADMINISTRATORS[act](person)
    dana.refresh_from_db()
    assert (dana.role, Event.objects.count()) == ("agent", before)


@pytest.mark.parametrize("act", ADMINISTRATORS)
def test_an_administrator_does(act: str) -> None:
    ADMINISTRATORS[act](cast.ada())


def test_the_first_administrator_is_made_by_nobody_and_only_the_first() -> None:
    first = actions.add_agent(
        actor=None, name="Eve", email="Eve@example.org ", role="administrator", password="s3cret-7"
    )
    assert (first.email, first.is_administrator) == ("eve@example.org", True)
    assert first.check_password("s3cret-7")
    with pytest.raises(PermissionDenied):
        actions.add_agent(actor=None, name="Mallory", email="m@example.org", role="administrator")


def test_a_requester_may_become_an_agent_and_nobody_twice() -> None:
    actions.add_agent(actor=cast.ada(), name="Alice", email=cast.alice().email, role="agent")
    assert cast.alice().is_agent
    with pytest.raises(Refusal):
        actions.add_agent(actor=cast.ada(), name="Alice", email=cast.alice().email, role="lead")


def test_an_agent_without_a_password_signs_in_by_link_only() -> None:
    added = actions.add_agent(actor=cast.ada(), name="Eve", email="eve@example.org", role="agent")
    assert not added.has_usable_password()


@pytest.mark.parametrize(("role", "is_active"), [("agent", True), ("administrator", False)])
def test_the_last_administrator_stays_one(role: str, is_active: bool) -> None:
    ada = cast.ada()
    with pytest.raises(Refusal):
        actions.change_agent(actor=ada, person=ada, name="Ada", role=role, is_active=is_active)
    assert cast.ada().is_administrator


def test_an_administrator_may_go_when_there_is_another() -> None:
    ada = cast.ada()
    other = actions.add_agent(actor=ada, name="Eve", email="eve@example.org", role="administrator")
    actions.change_agent(actor=other, person=ada, name="Ada", role="agent", is_active=True)
    assert list(selectors.administrators()) == [other]


def test_changes_are_in_the_audit_with_old_and_new() -> None:
    actions.change_agent(
        actor=cast.ada(),
        person=cast.dana(),
        name="Dana",
        role="lead",
        is_active=True,
        language="en",
    )
    event = Event.objects.get(kind="person.changed")
    assert event.actor_id == cast.ada().pk
    assert event.changes == {"role": ["agent", "lead"]}


def test_memberships_are_set_as_given() -> None:
    dana, shop = cast.dana(), cast.group("Shop")
    actions.set_memberships(actor=cast.ada(), person=dana, works={shop.pk}, looks=set())
    first = cast.group()
    actions.set_memberships(actor=cast.ada(), person=dana, works=set(), looks={shop.pk, first.pk})
    rows = Membership.objects.filter(person=dana).values_list("group__name", "is_observer")
    assert set(rows) == {("Shop", True), ("First line", True)}
    told = Event.objects.filter(kind="person.groups").order_by("id").last()
    assert told is not None
    assert told.changes["groups"] == [["Shop"], ["First line (observer)", "Shop (observer)"]]


def test_setting_the_same_memberships_is_no_event() -> None:
    dana = cast.dana()
    actions.set_memberships(actor=cast.ada(), person=dana, works={cast.group().pk}, looks=set())
    assert not Event.objects.filter(kind="person.groups").exists()


def test_two_groups_do_not_have_one_name() -> None:
    actions.save_group(actor=cast.ada(), group=None, name="Shop")
    with pytest.raises(Refusal):
        actions.save_group(actor=cast.ada(), group=cast.group(), name="Shop")
    assert Group.objects.filter(name="Shop").count() == 1


def test_a_group_is_renamed_and_laid_to_rest() -> None:
    group = actions.save_group(
        actor=cast.ada(), group=cast.group(), name="Line one", is_active=False
    )
    assert (group.name, group in selectors.groups()) == ("Line one", False)


def test_a_company_has_its_domains_to_itself() -> None:
    cast.company()
    with pytest.raises(Refusal, match="romashka"):
        actions.save_company(
            actor=cast.dana(), company=None, name="Thief", domains=["romashka.example"]
        )
    assert Company.objects.count() == 1


def test_a_public_domain_makes_no_company() -> None:
    with pytest.raises(Refusal, match="public mail"):
        actions.save_company(actor=cast.dana(), company=None, name="All", domains=["mail.ru"])


def test_domains_of_a_company_are_exchanged() -> None:
    domains = ["romashka.example", "b.example"]
    company = actions.save_company(actor=cast.dana(), company=None, name="R", domains=domains)
    actions.save_company(
        actor=cast.dana(), company=company, name="R", domains=["b.example", "c.example"]
    )
    assert set(company.domains.values_list("domain", flat=True)) == {"b.example", "c.example"}


def test_a_requester_makes_no_companies() -> None:
    with pytest.raises(PermissionDenied):
        actions.save_company(actor=cast.alice(), company=None, name="Mine", domains=[])
