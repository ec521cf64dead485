"""What happens here when something happened lower down; registered in opora.config.wiring."""

from email.utils import make_msgid

from django.utils.translation import gettext as _
from django.utils.translation import override

from opora.doors import selectors
from opora.doors.models import Door
from opora.outbox import actions as outbox
from opora.outbox import rules
from opora.outbox.models import Delivery
from opora.outbox.types import Parcel
from opora.people import selectors as people
from opora.people.models import Person


def call_administrators() -> None:
    """The breaker opened: a machine of ours says too much, perhaps to another machine."""
    door = selectors.first_mailbox()
    if door is None:
        return
    for administrator in people.administrators():
        with override(administrator.language or selectors.service().language):
            outbox.put(parcel=_call(administrator, door))


def _call(administrator: Person, door: Door) -> Parcel:
    text = _(
        "%(service)s has sent %(count)s automatic letters within an hour and has stopped sending"
        " receipts. The rest is held and leaves as the hours allow: see the page of deliveries."
        " Perhaps another machine answers ours."
    )
    service = selectors.service().name
    return Parcel(
        purpose=Delivery.Purpose.NOTICE,
        sender=door.sender,
        to=(administrator.email,),
        subject=_("%(service)s: too many automatic letters") % {"service": service},
        text=text % {"service": service, "count": rules.BREAKER},
        message_id=make_msgid(domain=door.domain),
        is_automatic=True,
        door_id=door.pk,
    )
