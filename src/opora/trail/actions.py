from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import IntegrityError, connection, transaction

from opora.lib import clock
from opora.trail import types
from opora.trail.models import Event, ReactionDone

Value = str | int | bool | list[str] | None
Change = tuple[Value, Value]  # old, new

MAX_DEPTH = 5
CHANNEL = "opora_events"  # what listeners of the live pages hear

_cause: ContextVar[Event | None] = ContextVar("cause", default=None)


def note(
    *, actor_id: int | None, kind: str, about: str, about_id: int, changes: dict[str, Change]
) -> Event:
    """Say what happened. Call inside the transaction in which it happens.

    Every changed field stands with its old and its new value, so that a ticket's state at any
    past moment can be rebuilt.
    """
    cause = _cause.get()
    event = Event.objects.create(
        kind=kind,
        about=about,
        about_id=about_id,
        actor_id=actor_id,
        cause_id=cause.pk if cause else None,
        depth=cause.depth + 1 if cause else 0,
        changes=changes,
        at=clock.now(),
    )
    if event.kind in types.reactions:
        for call in types.when_noted:
            call(event)
    return event


def forget(*, about: str, about_ids: Collection[int]) -> None:
    """Take away what is told of things that never were: those of the demo, and of nothing else."""
    Event.objects.filter(about=about, about_id__in=about_ids).delete()


def tell_pages(*, news: str) -> None:
    """Have open pages look again at what has changed without an event, like "ticket:<id>".

    Inside a transaction: once it is committed. Events, arrivals and deliveries tell of themselves,
    by triggers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, news])


def react(*, event: Event) -> None:
    """Run what is registered for the event, each reaction once, in a transaction of its own."""
    if event.depth > MAX_DEPTH:
        for tell in types.when_endless:
            tell(event)
        return
    for name, reaction in types.reactions.get(event.kind, {}).items():
        with caused_by(event):
            _react_once(event, name, reaction)


@contextmanager
def caused_by(event: Event) -> Iterator[None]:
    """Events noted inside carry this one as their cause."""
    token = _cause.set(event)
    try:
        yield
    finally:
        _cause.reset(token)


def _react_once(event: Event, name: str, reaction: types.Reaction) -> None:
    try:
        with transaction.atomic():
            ReactionDone.objects.create(event=event, reaction=name, at=clock.now())
            reaction(event)
    except IntegrityError:
        if not ReactionDone.objects.filter(event=event, reaction=name).exists():
            raise  # the reaction's own trouble, not a repetition
