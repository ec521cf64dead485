"""Every change of what is set: who, when, old and new."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from opora.doors.models import Door, OutgoingServer
from opora.people import selectors
from opora.people.models import Company, Group, Person
from opora.trail.models import Event
from opora.workspace.rooms.answers import page_below, query_of
from opora.workspace.rooms.settings.gate import administrator_of, show

ABOUT = {
    "service": pgettext_lazy("audit", "the service"),
    "mailbox": pgettext_lazy("audit", "mailboxes"),
    "server": pgettext_lazy("audit", "outgoing servers"),
    "person": pgettext_lazy("audit", "agents"),
    "group": pgettext_lazy("audit", "groups"),
    "company": pgettext_lazy("audit", "companies"),
}
ROWS: dict[str, QuerySet[Any]] = {
    "mailbox": Door.objects.all(),
    "server": OutgoingServer.objects.all(),
    "person": Person.objects.all(),
    "group": Group.objects.all(),
    "company": Company.objects.all(),
}


@dataclass(frozen=True)
class Entry:
    event: Event
    actor: str
    subject: str


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    administrator_of(request)
    about, who = request.GET.get("about", ""), request.GET.get("who", "")
    events = _wanted(about, who)
    rows, rest = page_below(events, request.GET.get("before", ""))
    context = {
        "entries": _entries(rows),
        "next": rest,
        "query": query_of({"about": about, "who": who}),
        "about": about,
        "who": who,
        "kinds": ABOUT.items(),
        "people": selectors.everyone_who_worked(),
    }
    return show(request, "audit.html", "audit", context)


def _wanted(about: str, who: str) -> QuerySet[Event]:
    events = Event.objects.filter(about__in=[about] if about in ABOUT else list(ABOUT))
    return events.filter(actor_id=int(who[:18])) if who.isdecimal() else events


def _entries(events: Iterable[Event]) -> list[Entry]:
    """Events with the names of who did it and to what, as they are called now."""
    rows = list(events)
    wanted: dict[str, set[int]] = {about: set() for about in ROWS}
    for event in rows:
        if event.about in wanted:
            wanted[event.about].add(event.about_id)
        wanted["person"].add(event.actor_id or 0)
    names = {about: _names(about, ids) for about, ids in wanted.items() if ids}
    return [
        Entry(
            event,
            names["person"].get(event.actor_id or 0, "Opora"),
            names.get(event.about, {}).get(event.about_id, "") or _no_more(event),
        )
        for event in rows
    ]


def _names(about: str, ids: set[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in ROWS[about].filter(pk__in=ids)}


def _no_more(event: Event) -> str:
    return "" if event.about == "service" else _("no longer there")
