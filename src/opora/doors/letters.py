"""Letters that the service itself writes to those who work here."""

from email.utils import make_msgid

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from opora.doors import selectors
from opora.doors.models import Door
from opora.outbox import actions as outbox
from opora.outbox.models import Delivery
from opora.outbox.types import Parcel
from opora.people import actions as people
from opora.people import selectors as people_selectors
from opora.people.models import Person
from opora.people.rules import domain_of


@transaction.atomic
def send_sign_in_link(*, email: str) -> None:
    """A link that works once and not for long. Nothing happens for whoever does not work here."""
    person = people_selectors.find_person(email)
    door = selectors.first_mailbox()
    if person is None or not person.is_agent or door is None:
        return
    token = people.make_mailed_link(person=person)
    if token is None:
        return
    with translation.override(person.language or selectors.service().language):
        outbox.put(parcel=_parcel(person, door, settings.OPORA.url + link_path(token)))


def link_path(token: str) -> str:
    return reverse("workspace:sign-in-link", args=[token])


def _parcel(person: Person, door: Door, link: str) -> Parcel:
    service = selectors.service().name
    text = _(
        "Open this address to sign in to %(service)s. It works once, within an hour:\n\n"
        "%(link)s\n\n"
        "If you did not ask for it, do nothing: without it nobody gets in."
    )
    return Parcel(
        purpose=Delivery.Purpose.ACCOUNT,
        sender=door.sender,
        to=(person.email,),
        subject=_("Signing in to %(service)s") % {"service": service},
        text=text % {"service": service, "link": link},
        message_id=make_msgid(domain=domain_of(door.address)),
        is_automatic=True,
        door_id=door.pk,
    )
