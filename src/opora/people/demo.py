"""Marks the persons of the demo, and takes them away again, unless real work refers to them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CASCADE, Model, ProtectedError

from opora.lib import clock
from opora.people.models import Company, Group, Membership, Person, SignInLink
from opora.trail import actions as trail
from opora.trail.models import Event


@dataclass(frozen=True)
class Made:
    """Ids of rows that carry no mark of their own."""

    companies: frozenset[int]
    groups: frozenset[int]


def add_administrator(*, name: str, email: str) -> Person:
    """The demo's own, who adds everybody else; Opora's act, since nobody of the house adds them."""
    role = Person.Role.ADMINISTRATOR
    person = Person(name=name, email=email, role=role, is_demo=True, created_at=clock.now())
    person.set_unusable_password()
    person.save()
    trail.note(
        actor_id=None,
        kind="person.added",
        about="person",
        about_id=person.pk,
        changes={"name": ("", name), "role": (Person.Role.REQUESTER.value, role.value)},
    )
    return person


def mark_demo(*, person_ids: Collection[int]) -> None:
    Person.objects.filter(id__in=person_ids).update(is_demo=True)


@transaction.atomic
def remove_demo(*, made: Made) -> list[Person]:
    """Call when everything the demo wrote is away; return who stays, since real work names them.

    Whoever stays does not work here any more: nobody signs in by an account of a demo.
    """
    persons = list(Person.objects.filter(is_demo=True).order_by("id"))
    ids = {person.pk for person in persons}
    acted = _actors_elsewhere(ids, made)
    staying = [person for person in persons if person.pk in acted or not can_go(person)]
    stayed = {person.pk for person in staying}
    trail.forget(about="person", about_ids=ids - stayed)
    Person.objects.filter(id__in=stayed).update(is_demo=False)
    _dismiss(stayed)
    _remove_made(made)
    return staying


def _dismiss(person_ids: Collection[int]) -> None:
    agents = Person.objects.filter(id__in=person_ids).exclude(role=Person.Role.REQUESTER)
    agents.update(is_active=False)
    SignInLink.objects.filter(person__in=agents).delete()
    Membership.objects.filter(person__in=agents).delete()


def can_go(row: Model) -> bool:
    """Delete it; False, and nothing happened, when somebody still refers to it."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    return True


def _actors_elsewhere(ids: Collection[int], made: Made) -> set[int]:
    """Who did something to what stays: the timelines there must go on to name them."""
    told = Event.objects.filter(actor_id__in=ids)
    told = told.exclude(about="person", about_id__in=ids)
    told = told.exclude(about="group", about_id__in=made.groups)
    told = told.exclude(about="company", about_id__in=made.companies)
    return {key for key in told.values_list("actor_id", flat=True) if key is not None}


def _remove_made(made: Made) -> None:
    for group in Group.objects.filter(id__in=made.groups, memberships=None):
        number = group.pk
        if can_go(group):
            trail.forget(about="group", about_ids=[number])
    for company in Company.objects.filter(id__in=made.companies):
        number = company.pk
        if not _is_named(company) and can_go(company):
            trail.forget(about="company", about_ids=[number])


def _is_named(company: Company) -> bool:
    """Whether a person or a ticket that stays belongs to it; its domains do not count."""
    relations = Company._meta.related_objects  # noqa: SLF001  Django's public _meta
    naming = [relation.field for relation in relations if relation.on_delete is not CASCADE]
    return any(
        field.model._default_manager.filter(**{field.name: company}).exists()  # noqa: SLF001
        for field in naming
    )
