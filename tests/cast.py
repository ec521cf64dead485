"""The standing cast: Alice asks, Charlie is a stranger, Dana answers, Wanda works elsewhere.

Leo leads, Ada administers. Each is made on first call and is the same person afterwards.
"""

from typing import Any

from django.test import Client

from opora.desk import actions
from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.doors.models import Brand, Door, Service
from opora.lib import clock
from opora.people.models import Company, CompanyDomain, Group, Membership, Person


def service() -> Service:
    made, _ = Service.objects.get_or_create(
        id=1, defaults={"name": "Demo Service", "language": "en", "time_zone": "UTC"}
    )
    return made


def mailbox(address: str = "support@demo.example", **over: Any) -> Door:
    brand, _ = Brand.objects.get_or_create(name="Demo")
    given = {"sender_name": "Demo support", "language": "en", "brand": brand} | over
    door, _ = Door.objects.get_or_create(channel="email", address=address, defaults=given)
    return door


def group(name: str = "First line") -> Group:
    return Group.objects.get_or_create(name=name)[0]


def company(name: str = "Romashka", domain: str = "romashka.example") -> Company:
    made, is_new = Company.objects.get_or_create(name=name, defaults={"created_at": clock.now()})
    if is_new:
        CompanyDomain.objects.create(company=made, domain=domain)
    return made


def alice() -> Person:
    """A requester."""
    return _person("Alice")


def charlie() -> Person:
    """A requester of other tickets: a stranger to Alice's."""
    return _person("Charlie")


def dana() -> Person:
    """An agent of the first line."""
    return _member(_person("Dana", Person.Role.AGENT), group())


def wanda() -> Person:
    """An agent of another group."""
    return _member(_person("Wanda", Person.Role.AGENT), group("Warehouse"))


def leo() -> Person:
    """A lead of the first line."""
    return _member(_person("Leo", Person.Role.LEAD), group())


def ada() -> Person:
    """An administrator."""
    return _person("Ada", Person.Role.ADMINISTRATOR)


def a_ticket(**over: Any) -> Ticket:
    """A new ticket of Alice's for the first line; `text` is what she wrote."""
    text = over.pop("text", "It smokes since this morning.")
    given: dict[str, Any] = {
        "actor": alice(),
        "requester": alice(),
        "door": mailbox(),
        "group": group(),
        "subject": "Printer is on fire",
        "said": Said(text=text, reply_text=text, reference=over.pop("reference", "")),
    }
    return actions.open_ticket(**(given | over))


def last_seen(ticket: Ticket) -> int:
    """What a page that shows all messages has in its field `seen`."""
    return ticket.messages.latest("id").pk


def page_of(actor: Person | None) -> Client:
    """A browser in which the actor is signed in; None: a stranger."""
    browser = Client()
    if actor is not None:
        browser.force_login(actor, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _person(name: str, role: str = Person.Role.REQUESTER) -> Person:
    made, _ = Person.objects.get_or_create(
        email=f"{name.lower()}@example.org",
        defaults={"name": name, "role": role, "language": "en", "created_at": clock.now()},
    )
    return made


def _member(person: Person, of: Group) -> Person:
    Membership.objects.get_or_create(person=person, group=of)
    return person
