"""Builds the demo's house: service, groups, agents, clients, mailboxes."""

from dataclasses import dataclass, field

from opora.cli.demo import company
from opora.doors import demo as doors
from opora.people import actions as people
from opora.people import demo as people_demo
from opora.people.models import Company, CompanyDomain, Group, Person
from opora.people.selectors import find_person


@dataclass
class House:
    """What was made, not merely found; for who takes it away again."""

    has_service: bool = False
    groups: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    brands: list[int] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)


def build() -> House:
    house = House()
    house.has_service = doors.found_service(
        name=company.SERVICE, language=company.LANGUAGE, time_zone=company.ZONE
    )
    administrator = _agents(house)
    _clients(house, administrator)
    _mailboxes(house)
    people_demo.mark_demo(person_ids=house.persons)
    return house


def _agents(house: House) -> Person:
    first = company.AGENTS[0]
    administrator = people_demo.add_administrator(name=first.name, email=first.email)
    groups = {name: _group(house, administrator, name) for name in company.GROUPS}
    for agent in company.AGENTS:
        person = find_person(agent.email) or people.add_agent(
            actor=administrator, name=agent.name, email=agent.email, role=agent.role
        )
        house.persons.append(person.pk)
        people.set_memberships(
            actor=administrator,
            person=person,
            works={groups[name].pk for name in agent.works},
            looks={groups[name].pk for name in agent.looks},
        )
    return administrator


def _group(house: House, administrator: Person, name: str) -> Group:
    found = Group.objects.filter(name=name).first()
    if found is None:
        found = people.save_group(actor=administrator, group=None, name=name)
        house.groups.append(found.pk)
    return found


def _clients(house: House, administrator: Person) -> None:
    taken = set(CompanyDomain.objects.values_list("domain", flat=True))
    for name, domains in company.COMPANIES.items():
        if taken.isdisjoint(domains):
            client: Company = people.save_company(
                actor=administrator, company=None, name=name, domains=list(domains)
            )
            house.companies.append(client.pk)
    for email, name in company.REQUESTERS.items():
        if find_person(email) is None:
            house.persons.append(people.meet(email=email, name=name).pk)


def _mailboxes(house: House) -> None:
    first_line = Group.objects.get(name=company.FIRST_LINE)
    for mailbox in company.MAILBOXES:
        brand, is_new = doors.add_brand(name=mailbox.brand)
        if is_new:
            house.brands.append(brand.pk)
        doors.add_mailbox(
            address=mailbox.address,
            brand=brand,
            group=first_line,
            sender_name=mailbox.sender_name,
            language=mailbox.language,
            signature=mailbox.signature,
        )
