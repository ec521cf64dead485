from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opora.doors.letters import link_path
from opora.people import actions, selectors
from opora.people.models import Person
from opora.workspace.rooms.answers import done, told
from opora.workspace.rooms.settings.forms import AgentForm
from opora.workspace.rooms.settings.gate import administrator_of, show


@require_GET
def agents(request: HttpRequest) -> HttpResponse:
    administrator_of(request)
    found = selectors.everyone_who_worked().prefetch_related("memberships__group")
    return show(request, "agents.html", "agents", {"agents": found})


@never_cache
@require_http_methods(["GET", "POST"])
def agent_new(request: HttpRequest) -> HttpResponse:
    """The new agent's link is shown once, in the answer."""
    actor = administrator_of(request)
    form = AgentForm.new(request.POST or None, selectors.groups())
    made: list[Person] = []
    if done(form, lambda: made.append(_add(actor, form))):
        return _show_link(request, actor, made[0])
    context = {"form": form, "title": _("New agent"), "back": "workspace:agents"}
    return show(request, "form.html", "agents", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def agent(request: HttpRequest, person_id: int) -> HttpResponse:
    actor = administrator_of(request)
    person = _find(person_id)
    form = AgentForm.of(person, request.POST or None, selectors.groups())
    if done(form, lambda: _change(actor, person, form)):
        messages.success(request, _("Saved."))
        return redirect("workspace:agents")
    context = {
        "form": form,
        "agent": person,
        "title": str(person),
        "back": "workspace:agents",
        "has_second_factor": is_mfa_enabled(person),
    }
    return show(request, "agent.html", "agents", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def agent_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a new link; those made before end."""
    return _show_link(request, administrator_of(request), _find(person_id))


@require_POST
def agent_second_factor(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take it off somebody who lost the phone and the recovery codes."""
    actor = administrator_of(request)
    person = _find(person_id)
    told(
        request,
        lambda: actions.drop_second_factor(actor=actor, person=person),
        _("The second factor is off: the password or a link is enough."),
    )
    return redirect("workspace:agent", person.pk)


def _show_link(request: HttpRequest, actor: Person, person: Person) -> HttpResponse:
    token = actions.invite(actor=actor, person=person)
    link = settings.OPORA.url + link_path(token)
    return show(request, "link.html", "agents", {"agent": person, "link": link})


def _find(person_id: int) -> Person:
    return get_object_or_404(selectors.everyone_who_worked(), id=person_id)


def _add(actor: Person, form: AgentForm) -> Person:
    given = form.cleaned_data
    person = actions.add_agent(
        actor=actor,
        name=given["name"],
        email=given["email"],
        role=given["role"],
        language=given["language"],
    )
    _set_groups(actor, person, form)
    return person


def _change(actor: Person, person: Person, form: AgentForm) -> None:
    given = form.cleaned_data
    actions.change_agent(
        actor=actor,
        person=person,
        name=given["name"],
        role=given["role"],
        is_active=given["is_active"],
        language=given["language"],
    )
    _set_groups(actor, person, form)


def _set_groups(actor: Person, person: Person, form: AgentForm) -> None:
    actions.set_memberships(
        actor=actor, person=person, works=form.ids("works"), looks=form.ids("looks")
    )
