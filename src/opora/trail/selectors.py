from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from opora.trail.models import Event

Position = tuple[int, int]  # (xact, id) up to which events were read
BATCH = 1000


@dataclass(frozen=True)
class Followed:
    """Events in the order in which they are read, and from where to go on."""

    events: list[Event]
    position: Position
    is_all: bool  # False: there are more, or some that can be read only in a moment


def find_end() -> Position:
    """Whoever follows from here hears of everything that is committed from now on."""
    return (_horizon()[0], 0)


def follow(position: Position, *, about: str) -> Followed:
    """Events about a kind of thing after a position, at most BATCH.

    Only below the oldest transaction still under way: above it, events may yet appear before
    those that can be seen.
    """
    horizon, beyond = _horizon()
    xact, number = position
    after = Q(xact__gt=xact) | Q(xact=xact, id__gt=number)
    settled = Event.objects.filter(after, xact__gte=xact, xact__lt=horizon, about=about)
    events = list(settled.order_by("xact", "id")[:BATCH])
    if len(events) == BATCH:
        return Followed(events, (events[-1].xact, events[-1].pk), is_all=False)
    waits = Event.objects.filter(xact__gte=horizon, xact__lt=beyond, about=about).exists()
    return Followed(events, max(position, (horizon, 0)), is_all=not waits)


def _horizon() -> tuple[int, int]:
    """Below the first all transactions have ended; from the second on none has begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint"
            " FROM pg_current_snapshot() AS now"
        )
        lower, upper = cursor.fetchone()
    return (lower, upper)
