"""The journal: every arrival, what became of it and why, and what a human can do about it."""

from dataclasses import dataclass
from datetime import datetime, time

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_current_timezone, localtime, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opora.doors import selectors as doors
from opora.files import actions as files
from opora.intake import actions, selectors
from opora.intake.models import Arrival
from opora.intake.types import Letter, readers
from opora.lib import clock
from opora.lib.errors import Unreadable
from opora.people.models import Person
from opora.workspace.request import actor_of
from opora.workspace.rooms.answers import (
    as_file,
    as_sent,
    done,
    page_below,
    query_of,
    sought,
    told,
)
from opora.workspace.rooms.forms import EraseForm
from opora.workspace.rooms.steps import steps_of

Outcome = Arrival.Outcome
PARTS = {
    "balance": "workspace/journal/balance.html",
    "rail": "workspace/parts/rail_journal.html",
    "rows": "workspace/journal/rows.html",
}


@dataclass(frozen=True)
class Wanted:
    """What of the journal is asked for; unknown values ask for everything."""

    outcome: str = ""
    mailbox: str = ""  # the id of a door
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Wanted":
        outcome, mailbox = query.get("outcome", ""), query.get("mailbox", "")
        return cls(
            outcome=outcome if outcome in Outcome.values else "",
            mailbox=mailbox if mailbox.isdecimal() else "",
            q=sought(query),
        )

    def of(self, arrivals: QuerySet[Arrival]) -> QuerySet[Arrival]:
        if self.outcome:
            arrivals = arrivals.filter(outcome=self.outcome)
        if self.mailbox:
            arrivals = arrivals.filter(door_id=int(self.mailbox[:18]))
        return arrivals.filter(_found_by(self.q)) if self.q else arrivals


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    actor, wanted = actor_of(request), Wanted.read(request.GET)
    part, before = request.GET.get("part", ""), request.GET.get("before", "")
    if part == "balance":
        return render(request, PARTS[part], _news(request, actor, wanted))
    if part == "rail":
        return render(request, PARTS[part], {"section": request.GET.get("section", "")})
    rows, rest = page_below(wanted.of(selectors.arrivals_for(actor)), before)
    context = {"rows": rows, "next": rest, "wanted": wanted, "query": query_of(vars(wanted))}
    if part == "rows":
        return render(request, PARTS[part], context)
    context |= {
        "section": "journal",
        "mailboxes": doors.mailboxes(),
        "tabs": _tabs(wanted),
        "newest": rows[0].pk if rows and not before else 0,
        "balance": _balance(actor),
        "waiting": selectors.waiting_for_human() if _keeps(actor) else 0,
    }
    return render(request, "workspace/journal/list.html", context)


@require_GET
def arrival(request: HttpRequest, arrival_id: int) -> HttpResponse:
    return _show(request, _find(actor_of(request), arrival_id), EraseForm())


@require_GET
def arrival_letter(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """The cleaned HTML of a letter, for a frame of the arrival's page."""
    found = _find(actor_of(request), arrival_id)
    html = found.reading.letter["html"] if hasattr(found, "reading") else ""
    if not html:
        raise Http404
    return as_sent(request, html)


@require_GET
def arrival_raw(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """The letter as it came, byte by byte."""
    found = _find(actor_of(request), arrival_id)
    if found.blob is None:
        raise Http404
    name = f"arrival-{found.pk}.eml"
    return as_file(files.read(found.blob), name=name, media_type="message/rfc822")


@require_POST
def arrival_retry(request: HttpRequest, arrival_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = _find(actor, arrival_id)
    told(request, lambda: actions.retry(actor=actor, arrival=found), _("It is being read again."))
    return redirect("workspace:arrival", found.pk)


@require_POST
def arrival_open(request: HttpRequest, arrival_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = _find(actor, arrival_id)
    # Read before the transaction: the reader may take its time.
    letter = _read_again(found)
    told(
        request,
        lambda: actions.open_by_hand(actor=actor, arrival=found, letter=letter),
        _("The ticket is made."),
    )
    return redirect("workspace:arrival", found.pk)


@require_http_methods(["POST"])
def arrival_erase(request: HttpRequest, arrival_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = _find(actor, arrival_id)
    if not actor.is_administrator:
        raise PermissionDenied
    form = EraseForm(request.POST)
    if not done(
        form,
        lambda: actions.erase(actor=actor, arrival=found, reason=form.cleaned_data["reason"]),
    ):
        return _show(request, found, form, status=422)
    return redirect("workspace:arrival", found.pk)


def _find(actor: Person, arrival_id: int) -> Arrival:
    arrivals = selectors.arrivals_for(actor).select_related("door", "ticket", "blob", "reading")
    return get_object_or_404(arrivals.select_related("erasure"), id=arrival_id)


def _show(
    request: HttpRequest, found: Arrival, form: EraseForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "section": "journal",
        "arrival": found,
        "letter": found.reading.letter if hasattr(found, "reading") else None,
        "steps": steps_of(found),
        "can_open": found.outcome in (Outcome.SET_ASIDE, Outcome.FAILED),
        "can_retry": found.outcome == Outcome.FAILED,
        "can_erase": actor_of(request).is_administrator
        and found.outcome not in (Outcome.RECEIVED, Outcome.ERASED),
        "form": form,
        "eraser": _eraser(found),
    }
    return render(request, "workspace/journal/arrival.html", context, status=status)


def _eraser(found: Arrival) -> Person | None:
    return Person.objects.filter(id=found.erasure.actor_id).first() if found.erasure else None


def _read_again(found: Arrival) -> Letter | None:
    if found.blob is None:
        return None
    try:
        return readers[found.door.channel](files.read(found.blob))
    except Unreadable:
        return None


def _found_by(q: str) -> Q:
    """By number of ticket or arrival, by Message-ID, else by a part of sender or subject."""
    number = q.lstrip("#№ \N{NO-BREAK SPACE}")
    if number.isdecimal() and len(number) <= 18:
        return Q(ticket_id=int(number)) | Q(id=int(number))
    if q.startswith("<") and q.endswith(">"):
        return Q(message_id=q)
    return Q(sender__icontains=q) | Q(sender_name__icontains=q) | Q(subject__icontains=q)


def _news(request: HttpRequest, actor: Person, wanted: Wanted) -> dict[str, object]:
    newest = request.GET.get("newest", "")
    newest = newest if newest.isdecimal() else "0"
    arrivals = wanted.of(selectors.arrivals_for(actor)).filter(pk__gt=int(newest[:18]))
    return {
        "arrived": arrivals.order_by()[:1000].count(),
        "newest": newest,
        "balance": _balance(actor),
        "wanted": wanted,
        "query": query_of(vars(wanted)),
    }


def _balance(actor: Person) -> dict[str, int]:
    """What came today and what became of it; `total` is the sum of the rest by construction."""
    midnight = datetime.combine(localtime(clock.now()).date(), time.min)
    today = make_aware(midnight, get_current_timezone())
    counts = selectors.balance(selectors.arrivals_for(actor), since=today)
    return counts | {"total": sum(counts.values())}


def _tabs(wanted: Wanted) -> list[tuple[str, str, str]]:
    """Outcome, its word, and the query that asks for it."""
    words = [("", _("All"))] + [(str(value), str(word)) for value, word in Outcome.choices]
    return [(value, word, query_of(vars(wanted) | {"outcome": value})) for value, word in words]


def _keeps(actor: Person) -> bool:
    """Whether the whole journal is theirs to see."""
    return actor.role in (Person.Role.ADMINISTRATOR, Person.Role.LEAD)
