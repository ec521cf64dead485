"""Names for the ids that events carry, and for the fields to choose from: one statement a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf

from opora.desk.models import Ticket
from opora.people.models import Company, Group, Membership, Person
from opora.trail.models import Event

# Which fields of an event's changes hold ids, and of what.
KINDS = {"assignee": "person", "requester": "person", "group": "group", "company": "company"}


Rows = QuerySet[Any, tuple[str, int, str, bool]]


@dataclass(frozen=True)
class Named:
    id: int
    name: str


@dataclass(frozen=True)
class Names:
    known: dict[tuple[str, int], Named]  # by kind and id
    agents: list[Named]  # who may be assigned the ticket, and who is
    groups: list[Named]

    def of(self, kind: str, number: object) -> Named | None:
        """None when the row is gone."""
        return self.known.get((kind, number)) if isinstance(number, int) else None


def names_for(ticket: Ticket, events: Iterable[Event]) -> Names:
    ids = _ids_in(events)
    people = _people(ticket, ids["person"])
    rows = people.union(_groups(ticket, ids["group"]), _companies(ids["company"]), all=True)
    found = [(kind, Named(number, name), offered) for kind, number, name, offered in rows]
    found.sort(key=lambda row: row[1].name.casefold())
    return Names(
        known={(kind, named.id): named for kind, named, _ in found},
        agents=[named for kind, named, offered in found if kind == "person" and offered],
        groups=[named for kind, named, offered in found if kind == "group" and offered],
    )


def _ids_in(events: Iterable[Event]) -> dict[str, set[int]]:
    ids: dict[str, set[int]] = {"person": set(), "group": set(), "company": set()}
    for event in events:
        if event.actor_id is not None:
            ids["person"].add(event.actor_id)
        for field, values in event.changes.items():
            if field in KINDS:
                ids[KINDS[field]] |= {value for value in values if isinstance(value, int)}
    return ids


def _people(ticket: Ticket, ids: set[int]) -> Rows:
    offered = Q(_may_be_assigned(ticket)) | Q(id=ticket.assignee_id)
    named = Coalesce(NullIf("name", Value("")), "email")
    return _rows(Person.objects.filter(offered | Q(id__in=ids)), "person", named, offered)


def _may_be_assigned(ticket: Ticket) -> Q:
    """As desk.policies.can_be_assigned says it of one person."""
    works = Q(is_active=True) & ~Q(role=Person.Role.REQUESTER)
    if ticket.group_id is None:
        return works
    members = Membership.objects.filter(group_id=ticket.group_id, is_observer=False)
    is_member = Q(Exists(members.filter(person_id=OuterRef("id"))))
    return works & (Q(role=Person.Role.ADMINISTRATOR) | is_member)


def _groups(ticket: Ticket, ids: set[int]) -> Rows:
    offered = Q(is_active=True) | Q(id=ticket.group_id)
    return _rows(Group.objects.filter(offered | Q(id__in=ids)), "group", F("name"), offered)


def _companies(ids: set[int]) -> Rows:
    return _rows(Company.objects.filter(id__in=ids), "company", F("name"), Q(id__in=[]))


def _rows(rows: QuerySet[Any], kind: str, name: Any, offered: Q) -> Rows:
    """(kind, id, name, whether it is offered to choose)."""
    named: Rows = rows.annotate(
        kind_=Value(kind, output_field=TextField()),
        name_=Cast(name, TextField()),
        offered_=Case(When(offered, then=True), default=False, output_field=BooleanField()),
    ).values_list("kind_", "id", "name_", "offered_")
    return named
