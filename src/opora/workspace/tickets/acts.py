"""What the buttons of the ticket pages do: one action each, then the page again."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from opora.desk import actions
from opora.desk.actions.conversation import Then
from opora.desk.models import Ticket
from opora.desk.selectors import tickets_for, uploads_of
from opora.desk.types import Said
from opora.doors import selectors as doors
from opora.lib.errors import Refusal
from opora.people import actions as people
from opora.people.models import Person
from opora.workspace.request import actor_of
from opora.workspace.tickets import files
from opora.workspace.tickets.forms import (
    ChangeForm,
    MoveForm,
    NewTicketForm,
    ReplyForm,
    sentence_of,
)
from opora.workspace.tickets.pages import show, ticket_of

THEN: dict[str, Then] = {"wait": "ask", "solve": "solve"}


@require_POST
def say(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Reply or note. What cannot be sent comes back with its text and the reason, as 422."""
    actor, ticket = actor_of(request), ticket_of(request, ticket_id)
    form = ReplyForm(request.POST)
    uploads = _uploads(request, actor)
    if form.is_valid():
        try:
            _speak(actor, ticket, form.cleaned_data, uploads)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("workspace:ticket", ticket_id)
    form.uploads = uploads_of(actor, uploads)
    response = show(request, ticket, reply=form, status=422)
    response.headers["HX-Trigger"] = "refresh"  # only the composer is taken out of this answer
    return response


def _speak(actor: Person, ticket: Ticket, said: dict[str, Any], upload_ids: list[int]) -> None:
    if said["kind"] == "note":
        actions.add_note(actor=actor, ticket=ticket, text=said["text"], upload_ids=upload_ids)
        return
    actions.reply(
        actor=actor,
        ticket=ticket,
        text=said["text"],
        seen=said["seen"] or 0,
        then=THEN.get(said["then"], ""),
        cc=said["cc"],
        upload_ids=upload_ids,
    )


def _uploads(request: HttpRequest, actor: Person) -> list[int]:
    """What was uploaded before, and what comes with the form where there is no JavaScript."""
    given = request.POST.getlist("attachments")
    before = [int(number) for number in given if number.isdecimal() and len(number) < 19]
    return before + [files.keep(actor, file).pk for file in request.FILES.getlist("files")]


@require_POST
def move(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actor, ticket = actor_of(request), ticket_of(request, ticket_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Refusal(sentence_of(form))
    MOVES[form.cleaned_data["move"]](actor, ticket, form.cleaned_data)
    return redirect("workspace:ticket", ticket_id)


def _hold(actor: Person, ticket: Ticket, asked: dict[str, Any]) -> None:
    actions.hold(actor=actor, ticket=ticket, until=asked["until"], reason=asked["reason"])


MOVES: dict[str, Callable[[Person, Ticket, dict[str, Any]], object]] = {
    "take": lambda actor, ticket, asked: actions.take(actor=actor, ticket=ticket),
    "wait": lambda actor, ticket, asked: actions.wait(actor=actor, ticket=ticket),
    "hold": _hold,
    "solve": lambda actor, ticket, asked: actions.solve(
        actor=actor, ticket=ticket, seen=asked["seen"] or 0
    ),
    "close": lambda actor, ticket, asked: actions.close(
        actor=actor, ticket=ticket, seen=asked["seen"] or 0
    ),
    "reopen": lambda actor, ticket, asked: actions.reopen(actor=actor, ticket=ticket),
}


@require_POST
def change(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Whatever of the properties was changed; the group before the assignee, who works in it."""
    actor, ticket = actor_of(request), ticket_of(request, ticket_id)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        raise Refusal(sentence_of(form))
    for name in form.changed:
        CHANGES[name](actor, ticket, form.cleaned_data[name])
    if tickets_for(actor).filter(id=ticket_id).exists():
        return redirect("workspace:ticket", ticket_id)
    # It was given away, out of sight.
    lists = reverse("workspace:home")
    is_part = request.headers.get("HX-Request")
    return HttpResponseClientRedirect(lists) if is_part else redirect(lists)


def _set_requester(actor: Person, ticket: Ticket, address: str) -> Ticket:
    requester = people.meet(email=address, language=ticket.language)
    return actions.set_requester(actor=actor, ticket=ticket, requester=requester)


CHANGES: dict[str, Callable[[Person, Ticket, Any], Ticket]] = {
    "subject": lambda actor, ticket, new: actions.rename(actor=actor, ticket=ticket, subject=new),
    "priority": lambda actor, ticket, new: actions.set_priority(
        actor=actor, ticket=ticket, priority=new or Ticket.Priority.NORMAL
    ),
    "group": lambda actor, ticket, new: actions.set_group(actor=actor, ticket=ticket, group=new),
    "assignee": lambda actor, ticket, new: actions.assign(actor=actor, ticket=ticket, assignee=new),
    "requester": _set_requester,
    "tags": lambda actor, ticket, new: actions.set_tags(
        actor=actor, ticket=ticket, tags=new.split(",")
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A ticket for somebody who asked by other means."""
    actor = actor_of(request)
    form = NewTicketForm(request.POST or None)
    uploads = _uploads(request, actor)
    if form.is_valid():
        try:
            opened = _open(actor, form.cleaned_data, uploads)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("workspace:ticket", opened.pk)
    context = {"section": "tickets", "form": form, "uploads": uploads_of(actor, uploads)}
    status = 422 if form.is_bound else 200
    return render(request, "workspace/tickets/new.html", context, status=status)


def _open(actor: Person, asked: dict[str, Any], upload_ids: list[int]) -> Ticket:
    requester = people.meet(email=asked["requester"], name=asked["requester_name"])
    return actions.open_ticket(
        actor=actor,
        requester=requester,
        door=asked["mailbox"] or doors.first_mailbox(),
        subject=asked["subject"],
        said=Said(text=asked["text"], wants_receipt=asked["sends_receipt"]),
        group=asked["group"],
        assignee=asked["assignee"],
        priority=asked["priority"],
        upload_ids=upload_ids,
    )
