from collections.abc import Collection
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from opora.desk import letters, policies, rules
from opora.desk.actions.rows import (
    change,
    hold_row,
    hold_row_for,
    move,
    next_status,
    note,
    touch,
)
from opora.desk.actions.uploads import take_uploads
from opora.desk.models import Attachment, Message, Participant, Ticket
from opora.desk.types import Said
from opora.doors import selectors as doors
from opora.lib import clock
from opora.lib.errors import Refusal
from opora.outbox import actions as outbox
from opora.people import actions as people
from opora.people.models import Person

NOWHERE = ".invalid"  # RFC 2606: whoever stands for an unknown sender has such an address
Then = Literal["", "ask", "solve"]


@transaction.atomic(savepoint=False)  # settling undoes all or nothing
def add_message(*, actor: Person, ticket: Ticket, said: Said) -> Message:
    """What the requester's side says; nothing leaves. An agent's word goes by `reply`.

    The caller has made sure that the actor may join. Silently (an import) nothing moves.
    """
    ticket = hold_row(ticket)
    message = write(actor, ticket, said, kind="request")
    if not said.is_silent:
        thanks = rules.is_mere_thanks(said.reply_text or said.text) and not said.enclosures
        stays = thanks and ticket.status in (rules.SOLVED, rules.CLOSED)
        moved = move(actor, ticket, "thank" if thanks else "write", has_news=not stays)
        if moved.version == ticket.version:
            touch(ticket)
    return message


@transaction.atomic
def reply(
    *,
    actor: Person,
    ticket: Ticket,
    text: str,
    seen: int,
    then: Then = "",
    cc: Collection[str] = (),
    upload_ids: Collection[int] = (),
) -> Message:
    """Answer the requester; `text` is in the light markup of opora.lib.markup.

    `seen`: id of the last message in view. Nobody answers what they did not read. `then`: "ask"
    and it is the requester's turn, "solve" and it is done.
    """
    ticket = hold_row_for(actor, ticket, policies.can_work, seen=seen)
    if not text.strip():
        raise Refusal(_("There is nothing to send yet."))
    _check_way(actor, ticket)
    next_status(ticket, then or "reply")
    enclosures = take_uploads(actor, upload_ids)
    said = letters.answer_text(text, enclosures=enclosures, cc=tuple(cc))
    message = write(actor, ticket, said, kind="reply")
    parcel = letters.answer(ticket, message, said)
    message.reference = parcel.message_id
    message.save(update_fields=["reference"])
    outbox.put(parcel=parcel)
    _invite(ticket, cc)
    also = {} if ticket.assignee_id else {"assignee": actor}
    move(actor, ticket, then or "reply", has_news=False, trouble="", **also)
    return message


def _check_way(actor: Person, ticket: Ticket) -> None:
    """There must be somebody to answer, and a mailbox to answer from: the first if it has none."""
    if ticket.requester.email.endswith(NOWHERE):
        raise Refusal(_("Nobody knows who wrote this: give the ticket a requester first."))
    if ticket.door is None:
        door = doors.first_mailbox()
        if door is None:
            raise Refusal(_("There is no mailbox to answer from: an administrator can add one."))
        change(actor, ticket, "ticket.mailbox", door=door)


@transaction.atomic
def add_note(
    *, actor: Person, ticket: Ticket, text: str, upload_ids: Collection[int] = ()
) -> Message:
    """A word among ourselves; requesters never see it."""
    ticket = hold_row_for(actor, ticket, policies.can_work)
    if not text.strip():
        raise Refusal(_("There is nothing to note yet."))
    said = letters.answer_text(text, enclosures=take_uploads(actor, upload_ids))
    message = write(actor, ticket, said, kind="note")
    touch(ticket)
    return message


def write(author: Person, ticket: Ticket, said: Said, *, kind: str) -> Message:
    """Put a message with its files into a ticket that is locked or new."""
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        author=author,
        text=said.text,
        html=said.html,
        reply_text=said.reply_text,
        reference=said.reference,
        is_proven=said.is_proven,
        cc=list(said.cc),
        written_at=said.written_at if said.is_silent and said.written_at else clock.now(),
    )
    if said.enclosures:
        Attachment.objects.bulk_create(
            Attachment(
                message=message,
                blob=enclosure.blob,
                name=enclosure.name,
                media_type=enclosure.media_type,
                size=enclosure.blob.size,
                content_id=enclosure.content_id,
                is_inline=enclosure.is_inline,
            )
            for enclosure in said.enclosures
        )
    note(author, ticket, "message.written", message=(None, message.pk), said=(None, kind))
    return message


def _invite(ticket: Ticket, cc: Collection[str]) -> None:
    known = {row.person_id for row in ticket.participants.all()} if cc else set()
    met = {people.meet(email=address) for address in cc}
    fresh = {person for person in met if person.pk not in known and person != ticket.requester}
    if fresh:
        Participant.objects.bulk_create(
            Participant(ticket=ticket, person=person) for person in fresh
        )
