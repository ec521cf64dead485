from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from opora.desk import letters, rules
from opora.desk.actions.conversation import write
from opora.desk.actions.rows import note
from opora.desk.actions.uploads import take_uploads
from opora.desk.models import Participant, Ticket
from opora.desk.types import Said
from opora.doors.models import Door
from opora.lib import clock
from opora.outbox import actions as outbox
from opora.people import actions as people
from opora.people.models import Group, Person
from opora.trail.actions import Change


@transaction.atomic(savepoint=False)  # settling undoes all or nothing
def open_ticket(
    *,
    actor: Person,
    requester: Person,
    subject: str,
    said: Said,
    door: Door | None = None,
    group: Group | None = None,
    assignee: Person | None = None,
    priority: str = Ticket.Priority.NORMAL,
    continues: Ticket | None = None,
    cc: tuple[str, ...] = (),
    upload_ids: Collection[int] = (),
    is_demo: bool = False,
) -> Ticket:
    """Open a ticket with its first message; the receipt leaves in the same transaction.

    `actor` is the requester, or the agent who writes down what was asked by other means.
    """
    now = clock.now()
    if upload_ids:
        said = replace(said, enclosures=said.enclosures + take_uploads(actor, upload_ids))
    opened_at = _moment(said, now)
    with override(door.language if door else requester.language or None):
        subject = rules.clean_subject(subject)[:300] or _("(no subject)")
    ticket = Ticket.objects.create(
        subject=subject,
        requester=requester,
        company_id=requester.company_id,
        door=door,
        group=group or (door.group if door else None),
        assignee=assignee or (door.agent if door else None),
        priority=priority,
        language=requester.language or (door.language if door else settings.LANGUAGE_CODE),
        continues=continues,
        opened_at=opened_at,
        changed_at=opened_at if said.is_silent else now,
        has_news=actor == requester and not said.is_silent,
        is_demo=is_demo,
    )
    note(actor, ticket, "ticket.opened", **_first_values(ticket))
    _invite(ticket, cc)
    write(requester if actor == requester else actor, ticket, said, kind="request")
    if said.wants_receipt and not said.is_silent and door and door.sends_receipts:
        outbox.put(parcel=letters.receipt(ticket, said))
    return ticket


def _moment(said: Said, now: datetime) -> datetime:
    """An import keeps the letter's own date; what comes live came now."""
    return min(said.written_at, now) if said.is_silent and said.written_at else now


def _first_values(ticket: Ticket) -> dict[str, Change]:
    values: dict[str, str | int | None] = {
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "requester": ticket.requester_id,
        "company": ticket.company_id,
        "group": ticket.group_id,
        "assignee": ticket.assignee_id,
        "continues": ticket.continues_id,
        "door": ticket.door_id,
        "language": ticket.language,
        "has_news": ticket.has_news,
    }
    return {name: (None, value) for name, value in values.items() if value is not None}


def _invite(ticket: Ticket, cc: tuple[str, ...]) -> None:
    """Those who stood under Cc take part: their replies join, and they see answers to all."""
    met = {people.meet(email=address) for address in cc}
    if met:
        Participant.objects.bulk_create(
            Participant(ticket=ticket, person=person) for person in met - {ticket.requester}
        )
