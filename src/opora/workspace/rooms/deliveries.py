"""What leaves us: each letter, how far it got, and what a human can do about it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from opora.desk import policies
from opora.desk import selectors as desk
from opora.doors import selectors as doors
from opora.files import actions as files
from opora.outbox import actions
from opora.outbox.models import Delivery
from opora.people.models import Person
from opora.workspace.request import actor_of
from opora.workspace.rooms.answers import (
    as_file,
    as_sent,
    page_below,
    query_of,
    sought,
    told,
    way_back,
)

State = Delivery.State
HELD = Q(state=State.QUEUED, due_at=None)
KINDS: dict[str, Q] = {
    "waiting": Q(state__in=[State.QUEUED, State.SENDING, State.DEFERRED]) & ~HELD,
    "held": HELD,
    "accepted": Q(state=State.ACCEPTED),
    "undelivered": Q(state__in=[State.BOUNCED, State.FAILED]),
}
WORDS = {
    "waiting": pgettext_lazy("deliveries", "On their way"),
    "held": pgettext_lazy("deliveries", "Held"),
    "accepted": pgettext_lazy("deliveries", "Accepted"),
    "undelivered": pgettext_lazy("deliveries", "Not delivered"),
}


@dataclass(frozen=True)
class Wanted:
    kind: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Wanted":
        kind = query.get("kind", "")
        return cls(kind if kind in KINDS else "", sought(query))

    def of(self, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
        if self.kind:
            deliveries = deliveries.filter(KINDS[self.kind])
        return deliveries.filter(recipient__contains=self.q.lower()) if self.q else deliveries


def deliveries_for(actor: Person) -> QuerySet[Delivery]:
    """Administrators see all; leads all but what signs somebody in; agents their tickets'."""
    deliveries = Delivery.objects.all()
    if actor.is_administrator:
        return deliveries
    deliveries = deliveries.exclude(purpose=Delivery.Purpose.ACCOUNT)
    if actor.is_agent and actor.role == Person.Role.LEAD:
        return deliveries
    return deliveries.filter(ticket_id__in=desk.tickets_for(actor).values("id"))


@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.read(request.GET)
    visible = wanted.of(deliveries_for(actor_of(request)))
    rows, rest = page_below(visible, request.GET.get("before", ""))
    context = {"rows": rows, "next": rest, "wanted": wanted, "query": query_of(vars(wanted))}
    if request.GET.get("part") == "rows":
        return render(request, "workspace/deliveries/rows.html", context)
    context |= {
        "section": "deliveries",
        "tabs": _tabs(wanted),
        "can_leave": doors.server_for(None) is not None,
    }
    return render(request, "workspace/deliveries/list.html", context)


@require_GET
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    actor = actor_of(request)
    found = _find(actor, delivery_id)
    context = {
        "section": "deliveries",
        "delivery": found,
        "files": found.files.select_related("blob").order_by("id"),
        "is_held": found.state == State.QUEUED and found.due_at is None,
        "can_move": _can_move(actor, found),
    }
    return render(request, "workspace/deliveries/delivery.html", context)


@require_GET
def delivery_letter(request: HttpRequest, delivery_id: int) -> HttpResponse:
    found = _find(actor_of(request), delivery_id)
    if not found.html:
        raise Http404
    return as_sent(request, found.html)


@require_GET
def delivery_file(request: HttpRequest, delivery_id: int, file_id: int) -> HttpResponse:
    found = _find(actor_of(request), delivery_id)
    file = get_object_or_404(found.files.select_related("blob"), id=file_id)
    return as_file(files.read(file.blob), name=file.name, media_type="application/octet-stream")


@require_POST
def delivery_move(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """`move` is retry or now: let it leave at once; or give-up: it shall not leave."""
    actor = actor_of(request)
    found = _find(actor, delivery_id)
    if not _can_move(actor, found):
        raise PermissionDenied
    reason = _("Given up by %(name)s.") % {"name": actor}
    moves = {
        "retry": (lambda: actions.send_again(delivery=found), _("It is being sent.")),
        "now": (lambda: actions.send_again(delivery=found), _("It is being sent.")),
        "give-up": (
            lambda: actions.give_up(delivery=found, reason=reason),
            _("It will not be sent."),
        ),
    }
    if request.POST.get("move") not in moves:
        raise Http404
    act, success = moves[request.POST["move"]]
    told(request, act, success)
    return redirect(way_back(request, "workspace:deliveries"))


def _find(actor: Person, delivery_id: int) -> Delivery:
    return get_object_or_404(deliveries_for(actor), id=delivery_id)


def _can_move(actor: Person, found: Delivery) -> bool:
    if found.ticket_id is None or actor.role == Person.Role.LEAD:
        return True
    ticket = desk.tickets_for(actor).filter(id=found.ticket_id).first()
    return ticket is not None and policies.can_work(actor, ticket)


def _tabs(wanted: Wanted) -> list[tuple[str, str, str]]:
    words = [("", _("All")), *((kind, str(word)) for kind, word in WORDS.items())]
    return [(kind, word, query_of(vars(wanted) | {"kind": kind})) for kind, word in words]
