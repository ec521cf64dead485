"""What leaves the desk, composed: the receipt and the answer, in the requester's language."""

from django.conf import settings
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import override

from opora.desk import threads
from opora.desk.models import Message, Ticket
from opora.desk.selectors import find_references
from opora.desk.types import Enclosure, Said
from opora.lib.addresses import entry
from opora.lib.markup import html_of, text_of_markup
from opora.outbox.models import Delivery
from opora.outbox.types import Enclosed, Parcel


def answer_text(
    text: str, *, enclosures: tuple[Enclosure, ...] = (), cc: tuple[str, ...] = ()
) -> Said:
    """What an agent typed, as plain text and as HTML."""
    return Said(text=text_of_markup(text), html=html_of(text), enclosures=enclosures, cc=cc)


def receipt(ticket: Ticket, said: Said) -> Parcel:
    """That it arrived, who has it and what happens next; says that a machine wrote it."""
    with override(ticket.language):
        lines = [
            _("We have received your request “%(subject)s”. Its number is %(number)s.")
            % {"subject": ticket.subject, "number": _number(ticket)},
            _who_has_it(ticket),
            _("To add something, simply reply to this letter."),
        ]
        text = "\n\n".join(lines)
    return _parcel(
        ticket,
        purpose=Delivery.Purpose.RECEIPT,
        text=_with_signature(ticket, text),
        html=_html_with_signature(ticket, linebreaks(escape(text))),
        answers_to=(said.reference,) if said.reference else (),
        is_automatic=True,
    )


def answer(ticket: Ticket, message: Message, said: Said) -> Parcel:
    return _parcel(
        ticket,
        purpose=Delivery.Purpose.ANSWER,
        text=_with_signature(ticket, said.text),
        html=_html_with_signature(ticket, said.html),
        cc=said.cc,
        said_id=message.pk,
        answers_to=find_references(ticket),
        files=tuple(
            Enclosed(file.blob, file.name, file.media_type, file.content_id)
            for file in said.enclosures
        ),
    )


def _parcel(
    ticket: Ticket,
    *,
    purpose: Delivery.Purpose,
    text: str,
    html: str,
    answers_to: tuple[str, ...],
    cc: tuple[str, ...] = (),
    said_id: int | None = None,
    files: tuple[Enclosed, ...] = (),
    is_automatic: bool = False,
) -> Parcel:
    door = ticket.door
    if door is None:
        raise ValueError("a ticket without a mailbox writes to nobody")
    key = settings.SECRET_KEY.encode()
    plus = threads.reply_address(ticket_id=ticket.pk, mailbox=door.address, key=key)
    return Parcel(
        purpose=purpose,
        sender=door.sender,
        to=(entry(ticket.requester.name, ticket.requester.email),),
        cc=cc,
        reply_to=entry(door.sender_name, plus) if door.plus_addresses else "",
        subject=f"Re: [#{ticket.pk}] {ticket.subject}",
        text=text,
        html=html,
        message_id=threads.new_message_id(ticket_id=ticket.pk, domain=door.domain, key=key),
        answers_to=answers_to,
        is_automatic=is_automatic,
        door_id=door.pk,
        ticket_id=ticket.pk,
        said_id=said_id,
        files=files,
    )


def _number(ticket: Ticket) -> str:
    return _("#%(id)s") % {"id": ticket.pk}


def _who_has_it(ticket: Ticket) -> str:
    if ticket.assignee is not None:
        return _("%(name)s has it and will answer you.") % {"name": ticket.assignee}
    if ticket.group is not None:
        return _("The group “%(name)s” has it; one of its people will answer you.") % {
            "name": ticket.group
        }
    return _("One of our people will take it and answer you.")


def _with_signature(ticket: Ticket, text: str) -> str:
    signature = ticket.door.signature.strip() if ticket.door else ""
    return f"{text}\n\n-- \n{signature}\n" if signature else f"{text}\n"


def _html_with_signature(ticket: Ticket, html: str) -> str:
    signature = ticket.door.signature.strip() if ticket.door else ""
    return f"{html}\n<p>-- <br>{linebreaks(escape(signature))}</p>" if signature else html
