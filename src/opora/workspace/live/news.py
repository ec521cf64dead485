"""What has changed, for all; and what of it one reader still has to be told."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from opora.desk import selectors as desk
from opora.trail import selectors as trail
from opora.trail.models import Event
from opora.trail.selectors import Position

MAX_TICKETS = 500  # a reader who waits for more is told to look at everything


@dataclass(frozen=True)
class Change:
    """A ticket, and where it stands or stood until now: who could see it there, hears of it."""

    ticket_id: int
    version: int
    groups: frozenset[int | None]
    assignees: frozenset[int | None]


@dataclass(frozen=True)
class Batch:
    changes: tuple[Change, ...]
    arrivals: bool
    deliveries: bool


NOTHING = Batch((), arrivals=False, deliveries=False)


@dataclass
class News:
    """What a reader has not been told yet. Grows no further than MAX_TICKETS."""

    versions: dict[int, int] = field(default_factory=dict)
    arrivals: bool = False
    deliveries: bool = False

    def add(self, changes: Iterable[Change], *, arrivals: bool, deliveries: bool) -> bool:
        """False when it has become too much."""
        for change in changes:
            known = self.versions.get(change.ticket_id, 0)
            self.versions[change.ticket_id] = max(known, change.version)
        self.arrivals |= arrivals
        self.deliveries |= deliveries
        return len(self.versions) <= MAX_TICKETS

    def __bool__(self) -> bool:
        return bool(self.versions) or self.arrivals or self.deliveries

    def as_json(self) -> str:
        return json.dumps(
            {
                "tickets": [list(pair) for pair in self.versions.items()],
                "arrivals": self.arrivals,
                "deliveries": self.deliveries,
            }
        )


def read(position: Position, hints: Collection[str]) -> tuple[Batch, Position, bool]:
    """What events after a position and hints tell; where to go on; whether that was all.

    `hints`: what was notified, by the tables' triggers (tell_pages) or by the action of that name:
    "arrivals", "deliveries", "ticket:17"; an empty one only says that there are events.
    """
    followed = trail.follow(position, about="ticket")
    hinted = [int(hint.removeprefix("ticket:")) for hint in hints if hint.startswith("ticket:")]
    changes = tuple(_changes(followed.events, hinted))
    batch = Batch(changes, arrivals="arrivals" in hints, deliveries="deliveries" in hints)
    return batch, followed.position, followed.is_all


def _changes(events: list[Event], hinted: list[int]) -> Iterable[Change]:
    groups = _left(events, "group")
    assignees = _left(events, "assignee")
    for place in desk.places_of({*hinted, *(event.about_id for event in events)}):
        yield Change(
            place.ticket_id,
            place.version,
            frozenset({place.group_id, *groups.get(place.ticket_id, ())}),
            frozenset({place.assignee_id, *assignees.get(place.ticket_id, ())}),
        )


def _left(events: list[Event], name: str) -> dict[int, set[int | None]]:
    """By ticket: from which groups, or from whom, these events took it away."""
    left: dict[int, set[int | None]] = {}
    for event in events:
        if name in event.changes and event.kind != "ticket.opened":
            left.setdefault(event.about_id, set()).add(event.changes[name][0])
    return left
