from django.db.models import QuerySet

from opora.people.models import Company, Group, Membership, Person
from opora.people.rules import domain_of, is_public


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


def groups() -> QuerySet[Group]:
    return Group.objects.filter(is_active=True).order_by("name")


def group_ids_of(actor: Person) -> list[int]:
    """Groups whose tickets the actor sees: as a member or as an observer."""
    return list(Membership.objects.filter(person=actor).values_list("group_id", flat=True))


def administrators() -> QuerySet[Person]:
    return agents().filter(role=Person.Role.ADMINISTRATOR)


def _closest(company: Company, above: list[str]) -> int:
    return max(len(row.domain) for row in company.domains.all() if row.domain in above)
