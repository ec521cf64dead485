from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from opora.desk import policies, rules
from opora.desk.models import OPEN, Message, Participant, Ticket
from opora.people.models import Person
from opora.people.selectors import group_ids_of
from opora.trail.models import Event

MAX_REFERENCES = 20
LIST_ROWS = 50
COUNTED_TO = 999


def tickets_for(actor: Person) -> QuerySet[Ticket]:
    """The tickets an actor may see: the only rule of it.

    Administrators all; agents those of their groups, of no group, and their own.
    """
    tickets = Ticket.objects.all()
    if not actor.is_agent:
        return tickets.none()
    if policies.may_see_all(actor):
        return tickets
    return tickets.filter(Q(group_id__in=group_ids_of(actor)) | Q(group=None) | Q(assignee=actor))


VIEWS: dict[str, Q] = {
    "unassigned": OPEN & Q(assignee=None),
    "mine": OPEN,  # and the actor's: see `view_for`
    "open": OPEN,
    "solved": Q(status=rules.SOLVED),
    "closed": Q(status=rules.CLOSED),
}


def view_for(actor: Person, view: str) -> QuerySet[Ticket]:
    tickets = tickets_for(actor).filter(VIEWS[view])
    return tickets.filter(assignee=actor) if view == "mine" else tickets


def page_of(tickets: QuerySet[Ticket], after: tuple[datetime, int] | None = None) -> list[Ticket]:
    """One page and one row more, newest change first; `after` is the last row's (moment, id).

    The ids come first, by the index; then what those rows need.
    """
    if after is not None:
        moment, number = after
        tickets = tickets.filter(
            Q(changed_at__lt=moment) | Q(changed_at=moment, id__lt=number), changed_at__lte=moment
        )
    ids = list(tickets.order_by("-changed_at", "-id").values_list("id", flat=True)[: LIST_ROWS + 1])
    return rows_of(ids)


def rows_of(ids: Collection[int]) -> list[Ticket]:
    """Rows of a list, in the order of their ids as given."""
    rows = Ticket.objects.select_related("requester", "company", "group", "assignee")
    found = rows.in_bulk(ids)
    return [found[number] for number in ids if number in found]


def count_of(tickets: QuerySet[Ticket]) -> int:
    """How many, exact to 999; 1000 means more."""
    return tickets.order_by()[: COUNTED_TO + 1].count()


def messages_of(ticket: Ticket) -> QuerySet[Message]:
    written = ticket.messages.select_related("author")
    return written.prefetch_related("attachments").order_by("id")


def events_of(ticket: Ticket) -> QuerySet[Event]:
    return Event.objects.filter(about="ticket", about_id=ticket.pk).order_by("id")


def find_references(ticket: Ticket) -> tuple[str, ...]:
    """Message-IDs of the conversation, oldest first, for the next letter's References."""
    written = ticket.messages.exclude(reference="").exclude(kind=Message.Kind.NOTE)
    newest = written.order_by("-id").values_list("reference", flat=True)[:MAX_REFERENCES]
    return tuple(reversed(newest))


def find_thread(references: Iterable[str]) -> Ticket | None:
    """The ticket in which one of these Message-IDs, theirs or ours, was last written."""
    written = Message.objects.filter(reference__in=list(references)).order_by("-id")
    latest = written.select_related("ticket").first()
    return latest.ticket if latest else None


def takes_part(ticket: Ticket, address: str) -> bool:
    if ticket.requester.email == address:
        return True
    return Participant.objects.filter(ticket=ticket, person__email=address).exists()


def earlier_tickets(ticket: Ticket, actor: Person) -> list[Ticket]:
    earlier = tickets_for(actor).filter(requester_id=ticket.requester_id).exclude(id=ticket.pk)
    return list(earlier.order_by("-id")[:5])
