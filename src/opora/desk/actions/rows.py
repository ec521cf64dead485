"""How every action of the desk locks, changes and notes. Not for use outside the package."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _

from opora.desk import rules
from opora.desk.errors import CannotMove, HasChanged
from opora.desk.models import Ticket
from opora.lib import clock
from opora.people.models import Person
from opora.trail import actions as trail
from opora.trail.actions import Change, Value


def hold_row(ticket: Ticket) -> Ticket:
    """The row as it is now, locked until the transaction ends; the caller's copy may be old."""
    tickets = Ticket.objects.select_related("requester", "door__server", "group", "assignee")
    return tickets.select_for_update(of=("self",)).get(id=ticket.pk)


def hold_row_for(
    actor: Person, ticket: Ticket, may: Callable[[Person, Ticket], bool], *, seen: int | None = None
) -> Ticket:
    """The same, if the actor may; and if `seen`, the last message they saw, is still the last."""
    held = hold_row(ticket)
    if not may(actor, held):
        raise PermissionDenied
    if seen is not None and held.messages.filter(id__gt=seen).exists():
        raise HasChanged(_("There is a new message: read it first. Your text is kept."))
    return held


def change(actor: Person | None, ticket: Ticket, kind: str, **new: Any) -> Ticket:
    """Set fields, and note each that differs with its old and its new value.

    Nothing is written when nothing differs.
    """
    changes = {name: (_plain(getattr(ticket, name)), _plain(new[name])) for name in new}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        for name, value in new.items():
            setattr(ticket, name, value)
        touch(ticket, *new)
        note(actor, ticket, kind, **changes)
    return ticket


def touch(ticket: Ticket, *fields: str, at: datetime | None = None) -> None:
    """Save, and let pages see that the ticket has changed."""
    ticket.version += 1
    ticket.changed_at = at or clock.now()
    ticket.save(update_fields=[*fields, "version", "changed_at"])


def next_status(ticket: Ticket, move: str) -> str:
    after = rules.find_next(move, ticket.status)
    if after is None:
        raise CannotMove(
            _("The ticket is closed. Reopen it first.")
            if ticket.status == rules.CLOSED
            else _("The ticket's status does not allow it.")
        )
    return after


def move(actor: Person | None, ticket: Ticket, name: str, **also: Any) -> Ticket:
    """Move by the table of moves; moments follow the status."""
    before, after = ticket.status, next_status(ticket, name)
    if after != before:
        now = clock.now()
        also = {
            "solved_at": now if after == rules.SOLVED else None,
            "closed_at": now if after == rules.CLOSED else None,
            **({} if after == rules.ON_HOLD else {"on_hold_until": None, "hold_reason": ""}),
        } | also
        if after == rules.CLOSED:
            also["solved_at"] = ticket.solved_at or now
    return change(actor, ticket, f"ticket.{PAST[name]}", status=after, **also)


# What an event is called after a move.
PAST = {
    "take": "taken",
    "reply": "moved",
    "ask": "waiting",
    "hold": "held",
    "solve": "solved",
    "reopen": "reopened",
    "write": "moved",
    "thank": "moved",
    "close": "closed",
    "recall": "recalled",
    "wake": "resumed",
    "lapse": "closed",
}


def note(actor: Person | None, ticket: Ticket, kind: str, **changes: Change) -> None:
    trail.note(
        actor_id=actor.pk if actor else None,
        kind=kind,
        about="ticket",
        about_id=ticket.pk,
        changes=changes,
    )


def _plain(value: Any) -> Value:
    """A field's value as the trail keeps it: rows by their id, moments in ISO form."""
    match value:
        case Model():
            return int(value.pk)
        case datetime():
            return value.isoformat()
        case None | bool() | int():
            return value
        case list():
            return [str(item) for item in value]
    return str(value)
