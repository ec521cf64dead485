from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from opora.desk import policies, rules
from opora.desk.models import OPEN, Message, Participant, Ticket, Upload
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
    "mine": OPEN,  # and the actor's: see `views_for`
    "trouble": OPEN & ~Q(trouble=""),
    "open": OPEN,
    "solved": Q(status=rules.SOLVED),
    "closed": Q(status=rules.CLOSED),
    "all": Q(),
}


def views_for(actor: Person) -> dict[str, QuerySet[Ticket]]:
    """The saved lists, each with the tickets in it that the actor may see; unordered."""
    seen = tickets_for(actor)
    views = {name: seen.filter(condition) for name, condition in VIEWS.items()}
    return views | {"mine": views["mine"].filter(assignee=actor)}


def came_since(actor: Person, view: str, since: datetime) -> QuerySet[Ticket]:
    """What came into a saved list after a moment. What merely changed in it did not come."""
    told = Event.objects.filter(about="ticket", about_id=OuterRef("id"), at__gt=since)
    came: dict[str, Q] = {
        "mine": Q(opened_at__gt=since) | Q(Exists(told.filter(changes__assignee__1=actor.pk))),
        "trouble": Q(Exists(told.filter(kind="ticket.recalled"))),
        "solved": Q(solved_at__gt=since),
        "closed": Q(closed_at__gt=since),
    }
    tickets = views_for(actor)[view].filter(changed_at__gt=since)
    return tickets.filter(came.get(view, Q(opened_at__gt=since)))


def page_of(tickets: QuerySet[Ticket], after: tuple[datetime, int] | None = None) -> list[Ticket]:
    """One page and one row more, newest change first; `after` is the last row's (moment, id).

    The ids come first, by the index; then, in the same statement, what those rows need.
    """
    if after is not None:
        moment, number = after
        tickets = tickets.filter(
            Q(changed_at__lt=moment) | Q(changed_at=moment, id__lt=number), changed_at__lte=moment
        )
    ids = tickets.order_by("-changed_at", "-id").values("id")[: LIST_ROWS + 1]
    return list(_rows().filter(id__in=ids).order_by("-changed_at", "-id"))


def find_row(actor: Person, ticket_id: int) -> Ticket | None:
    """One row of a list, or nothing when it is not theirs to see."""
    return _rows().filter(id__in=tickets_for(actor).filter(id=ticket_id).values("id")).first()


def _rows() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("requester", "company", "group", "assignee")


def counts_of(lists: Mapping[str, QuerySet[Ticket]]) -> dict[str, int]:
    """How many in each, by one statement; exact to 999, 1000 means more."""
    limited = [
        tickets.order_by().values("id")[: COUNTED_TO + 1].query.sql_with_params()
        for tickets in lists.values()
    ]
    # SQL that Django made of our own lists; the values go beside it.
    columns = [f"(SELECT count(*) FROM ({sql}) counted)" for sql, _ in limited]  # noqa: S608
    with connection.cursor() as cursor:
        values = [value for _, values in limited for value in values]
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        return dict(zip(lists, cursor.fetchone(), strict=True))


def messages_of(ticket: Ticket) -> QuerySet[Message]:
    written = ticket.messages.select_related("author")
    return written.prefetch_related("attachments").order_by("id")


def uploads_of(actor: Person, upload_ids: Collection[int]) -> list[Upload]:
    """The actor's own of these, with their sizes."""
    if not upload_ids:
        return []
    kept = Upload.objects.select_related("blob").filter(owner=actor, id__in=upload_ids)
    return list(kept.order_by("id"))


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


@dataclass(frozen=True)
class Place:
    """Where a ticket stands: by this is known who may see it."""

    ticket_id: int
    version: int
    group_id: int | None
    assignee_id: int | None


def places_of(ids: Collection[int]) -> list[Place]:
    columns = ("id", "version", "group_id", "assignee_id")
    return [Place(*row) for row in Ticket.objects.filter(id__in=ids).values_list(*columns)]
