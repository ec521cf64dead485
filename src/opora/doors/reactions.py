"""What happens here when something happened lower down; registered in opora.config.wiring."""

from email.utils import make_msgid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from opora.doors import selectors
from opora.doors.models import Door
from opora.outbox import actions as outbox
from opora.outbox import rules
from opora.outbox.models import Delivery
from opora.outbox.types import Parcel
from opora.people import selectors as people
from opora.people.models import Person
from opora.trail.models import Event


def call_administrators() -> None:
    """The breaker opened: a machine of ours says too much, perhaps to another machine."""
    _call_all(
        gettext_noop("%(service)s: too many automatic letters"),
        gettext_noop(
            "%(service)s has sent %(count)s automatic letters within an hour and has stopped"
            " sending receipts. The rest is held and leaves as the hours allow: see the page of"
            " deliveries. Perhaps another machine answers ours."
        ),
        count=rules.BREAKER,
    )


def tell_of_endless_chain(event: Event) -> None:
    """Reactions that cause one another were stopped: only a person can say which is wrong."""
    _call_all(
        gettext_noop("%(service)s: a chain of reactions was stopped"),
        gettext_noop(
            "In %(service)s something that happens by itself causes itself again: %(kind)s of"
            " %(about)s %(number)s. It was stopped, and nothing is lost; look at the history there."
        ),
        kind=event.kind,
        about=event.about,
        number=event.about_id,
    )


def _call_all(subject: str, text: str, **facts: str | int) -> None:
    door = selectors.first_mailbox()
    if door is None:
        return
    given = {"service": selectors.service().name, **facts}
    for administrator in people.administrators():
        with override(administrator.language or selectors.service().language):
            outbox.put(parcel=_call(administrator, door, _(subject) % given, _(text) % given))


def _call(administrator: Person, door: Door, subject: str, text: str) -> Parcel:
    return Parcel(
        purpose=Delivery.Purpose.NOTICE,
        sender=door.sender,
        to=(administrator.email,),
        subject=subject,
        text=text,
        message_id=make_msgid(domain=door.domain),
        is_automatic=True,
        door_id=door.pk,
    )
