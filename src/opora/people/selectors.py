from django.db.models import Q, QuerySet

from opora.people.models import Company, Group, Person
from opora.people.rules import domain_of, is_public

FOUND = 200  # more people than that, and the text says nothing


def find_person(email: str) -> Person | None:
    return Person.objects.filter(email=email.lower()).first()


def find_company(address: str) -> Company | None:
    """The company whose domain the address, or a domain above it, is of."""
    domain = domain_of(address)
    if not domain or is_public(domain):
        return None
    labels = domain.split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    companies = Company.objects.filter(domains__domain__in=above).distinct()
    found = companies.prefetch_related("domains")
    return max(found, key=lambda company: _closest(company, above), default=None)


def agents() -> QuerySet[Person]:
    working = Person.objects.exclude(role=Person.Role.REQUESTER).filter(is_active=True)
    return working.order_by("name", "id")


def everyone_who_worked() -> QuerySet[Person]:
    """Agents, and those who were: for the administrator's pages."""
    found = Person.objects.exclude(role=Person.Role.REQUESTER)
    return found.order_by("-is_active", "name", "id")


def groups() -> QuerySet[Group]:
    return Group.objects.filter(is_active=True).order_by("name")


def group_ids_of(actor: Person) -> list[int]:
    """Groups whose tickets the actor sees: as a member or as an observer.

    From the actor's memberships, which a page reads once for all its questions.
    """
    return [membership.group_id for membership in actor.memberships.all()]


def administrators() -> QuerySet[Person]:
    return agents().filter(role=Person.Role.ADMINISTRATOR)


def find_person_ids(text: str) -> list[int]:
    """People with the text in their name or address; the newest, when they are many."""
    named = Person.objects.filter(Q(name__icontains=text) | Q(email__contains=text.lower()))
    return list(named.order_by("-id").values_list("id", flat=True)[:FOUND])


def find_company_ids(text: str) -> list[int]:
    named = Company.objects.filter(name__icontains=text)
    return list(named.order_by("-id").values_list("id", flat=True)[:FOUND])


def _closest(company: Company, above: list[str]) -> int:
    return max(len(row.domain) for row in company.domains.all() if row.domain in above)
