"""Messages and events of a ticket as one conversation, and events as sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from opora.workspace.templatetags.assets import PRIORITIES, STATUSES
from opora.workspace.templatetags.failures import reason_of

register = template.Library()


class Said(Protocol):
    """A message, as far as the order of a conversation needs it."""

    @property
    def written_at(self) -> datetime: ...


class Actor(Protocol):
    @property
    def name(self) -> str: ...


class Happened(Protocol):
    """An event; `changes` has `[old, new]` a field, people and groups by their names."""

    kind: str
    changes: Mapping[str, list[object]]

    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> Actor | None: ...


@dataclass(frozen=True)
class Entry:
    at: datetime
    message: Said | None = None
    event: Happened | None = None


@dataclass(frozen=True)
class Day:
    day: datetime  # the first moment of it that has an entry
    entries: list[Entry]


FIELDS = {
    "status": pgettext_lazy("field", "status"),
    "priority": pgettext_lazy("field", "priority"),
    "group": pgettext_lazy("field", "group"),
    "assignee": pgettext_lazy("field", "assignee"),
    "subject": pgettext_lazy("field", "subject"),
    "requester": pgettext_lazy("field", "requester"),
    "company": pgettext_lazy("field", "company"),
    "tags": pgettext_lazy("field", "tags"),
    "trouble": pgettext_lazy("field", "reason"),
    "hold_reason": pgettext_lazy("field", "reason"),
    "on_hold_until": pgettext_lazy("field", "until"),
}
SIGNS = {
    "status": "arrow-right",
    "priority": "chevrons-up",
    "group": "users",
    "assignee": "user",
    "tags": "tag",
    "subject": "pencil",
    "requester": "user",
    "company": "building-2",
}
KINDS = {
    "ticket.opened": pgettext_lazy("event", "ticket opened"),
    "ticket.recalled": pgettext_lazy("event", "needs a human again"),
    "receipt": pgettext_lazy("event", "receipt sent to the requester"),
    "receipt_waits": pgettext_lazy("event", "a receipt to the requester is on its way"),
    "receipt_failed": pgettext_lazy("event", "the receipt did not reach the requester"),
}


@register.simple_tag
def timeline(messages: Iterable[Said], events: Iterable[Happened]) -> list[Day]:
    """One conversation in order of time, parted into days of the reader's zone."""
    said = [Entry(message.written_at, message=message) for message in messages]
    happened = [Entry(event.at, event=event) for event in events if is_told(event)]
    entries = sorted(said + happened, key=lambda entry: entry.at)
    return [Day(items[0].at, items) for items in _by_day(entries)]


def is_told(event: Happened) -> bool:
    """Messages stand for themselves: of events, only what says more than them is a line."""
    return event.kind in KINDS or any(field in FIELDS for field in event.changes)


@register.filter
def event_icon(event: Happened) -> str:
    return next((SIGNS[field] for field in event.changes if field in SIGNS), "zap")


@register.filter
def event_sentence(event: Happened) -> SafeString:
    """`Anna Krylova: status New → In progress, assignee Anna Krylova`."""
    doer = event.actor.name if event.actor else pgettext("actor", "Opora")
    told = [format_html("{}", KINDS[event.kind])] if event.kind in KINDS else []
    told += [
        _change(field, old, new) for field, (old, new) in event.changes.items() if field in FIELDS
    ]
    return format_html("<b>{}</b>: {}", doer, format_html_join(", ", "{}", ((t,) for t in told)))


def _change(field: str, old: object, new: object) -> SafeString:
    if old in (None, "", []):
        return format_html("{} <b>{}</b>", FIELDS[field], _worded(field, new))
    return format_html("{} {} → <b>{}</b>", FIELDS[field], _worded(field, old), _worded(field, new))


def _worded(field: str, value: object) -> str:
    if value in (None, "", []):
        return _("none")
    if field == "status":
        return str(STATUSES.get(str(value), value))
    if field == "priority":
        return str(PRIORITIES.get(str(value), value))
    if field == "trouble":
        return reason_of(str(value)) or str(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _by_day(entries: list[Entry]) -> Iterator[list[Entry]]:
    def day(entry: Entry) -> date:
        return localtime(entry.at).date()

    for _day, items in groupby(entries, key=day):
        yield list(items)
