"""The pages that show: lists of tickets, and the ticket."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from opora.desk import policies, rules, selectors
from opora.desk.models import Ticket
from opora.desk.search import matching
from opora.lib import clock
from opora.people.models import Person
from opora.workspace.request import actor_of
from opora.workspace.tickets.conversation import Conversation, conversation_of
from opora.workspace.tickets.forms import ReplyForm
from opora.workspace.tickets.listing import (
    SAVED,
    SavedList,
    after_of,
    counted_keys,
    cut,
    moment_of,
    saved_list,
    with_counts,
)

QUEUE_ROWS = 30  # as many as a tall screen shows beside a ticket
LAST_LIST = "opora_list"  # cookie: the list beside which tickets are opened


@dataclass(frozen=True)
class Queue:
    """The list that stands beside an open ticket."""

    view: SavedList
    rows: list[Ticket]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return redirect("workspace:tickets", "mine")


@require_GET
def tickets(request: HttpRequest, key: str) -> HttpResponse:
    """A saved list, or one part of it; see list.html."""
    actor, view = actor_of(request), saved_list(key)
    part = request.GET.get("part", "")
    if part == "arrivals":
        return _arrivals(request, actor, view)
    if part == "views":
        return render(request, "workspace/tickets/views.html", _views(actor, view))
    if part not in ("", "rows"):
        raise Http404(part)
    q = request.GET.get("q", "").strip()
    found = matching(selectors.views_for(actor)[key], q)
    rows, after = cut(selectors.page_of(found, after_of(request.GET.get("after", ""))))
    context: dict[str, Any] = {"view": view, "q": q, "rows": rows, "next": after}
    if part == "rows":
        return render(request, "workspace/tickets/rows.html", context)
    return _list(request, actor, context | {"found": found})


def _list(request: HttpRequest, actor: Person, context: dict[str, Any]) -> HttpResponse:
    view: SavedList = context["view"]
    around = _views(actor, view, found=context["found"])
    newest = clock.now().isoformat()
    context |= around | {"section": "tickets", "newest": newest, "arrived": 0}
    response = render(request, "workspace/tickets/list.html", context)
    response.set_cookie(
        LAST_LIST, view.key, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _views(actor: Person, view: SavedList, found: QuerySet[Ticket] | None = None) -> dict[str, Any]:
    views = selectors.views_for(actor)
    lists = {key: views[key] for key in counted_keys()}
    counts = selectors.counts_of(lists | ({} if found is None else {"found": found}))
    return {"view": view, "views": with_counts(counts), "total": counts.get("found")}


def _arrivals(request: HttpRequest, actor: Person, view: SavedList) -> HttpResponse:
    since, q = request.GET.get("newest", ""), request.GET.get("q", "").strip()
    came = matching(selectors.came_since(actor, view.key, moment_of(since)), q)
    context = {
        "view": view,
        "q": q,
        "newest": since,
        "arrived": selectors.counts_of({"came": came})["came"],
    }
    return render(request, "workspace/tickets/arrivals.html", context)


@require_GET
def row(request: HttpRequest, ticket_id: int) -> HttpResponse:
    found = selectors.find_row(actor_of(request), ticket_id)
    if found is None:
        raise Http404
    context = {"ticket": found, "current": found if "current" in request.GET else None}
    return render(request, "workspace/tickets/row.html", context)


@require_GET
def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    return show(request, ticket_of(request, ticket_id))


def ticket_of(request: HttpRequest, ticket_id: int) -> Ticket:
    """The ticket, if the one who asks may see it; raises Http404 otherwise."""
    seen = selectors.tickets_for(actor_of(request))
    rows = seen.select_related("requester", "company", "group", "assignee", "door")
    return get_object_or_404(rows, id=ticket_id)


def show(
    request: HttpRequest, ticket: Ticket, *, reply: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    """The ticket's page; `reply`: what was typed and could not be sent."""
    actor = actor_of(request)
    said = conversation_of(ticket)
    context = {
        "section": "tickets",
        "ticket": ticket,
        "spoken": said.spoken,
        "events": said.told,
        "seen": said.last_id,
        "agents": said.names.agents,
        "groups": said.names.groups,
        "moves": moves_for(actor, ticket),
        "can_work": policies.can_work(actor, ticket),
        "reply": reply or _empty_reply(said),
        "earlier": selectors.earlier_tickets(ticket, actor),
        "queue": _queue(request, actor),
    }
    return render(request, "workspace/tickets/page.html", context, status=status)


def _empty_reply(said: Conversation) -> ReplyForm:
    return ReplyForm(initial={"kind": "reply", "cc": ", ".join(said.cc)})


def moves_for(actor: Person, ticket: Ticket) -> set[str]:
    """The buttons that make sense now; what may be done, the actions decide."""
    if not policies.can_work(actor, ticket):
        return set()
    if ticket.status == rules.CLOSED:
        return {"reopen"}
    if ticket.status == rules.SOLVED:
        return {"reopen", "close"}
    moves = {"take", "wait", "hold", "solve", "close"}
    already = {rules.WAITING: {"wait"}, rules.ON_HOLD: {"hold"}}.get(ticket.status, set())
    is_at_it = ticket.assignee_id == actor.pk and ticket.status == rules.IN_PROGRESS
    return moves - already - ({"take"} if is_at_it else set())


def _queue(request: HttpRequest, actor: Person) -> Queue:
    key = request.COOKIES.get(LAST_LIST, "")
    view = SAVED.get(key, SAVED["open"])  # whoever came by a link has been in no list
    rows, _after = cut(selectors.page_of(selectors.views_for(actor)[view.key]))
    return Queue(view, rows[:QUEUE_ROWS])
