from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from opora.people import actions
from opora.people.models import Group
from opora.workspace.rooms.answers import done
from opora.workspace.rooms.settings.forms import GroupForm
from opora.workspace.rooms.settings.gate import administrator_of, show


@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    administrator_of(request)
    observes = Q(memberships__is_observer=True)
    found = Group.objects.annotate(
        workers=Count("memberships", filter=~observes),
        observers=Count("memberships", filter=observes),
    )
    context = {"groups": found.order_by("-is_active", "name")}
    return show(request, "groups.html", "groups", context)


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, group_id: int = 0) -> HttpResponse:
    """A group's page; without an id, that of a new one."""
    actor = administrator_of(request)
    found = get_object_or_404(Group, id=group_id) if group_id else None
    initial = {"name": found.name, "is_active": found.is_active} if found else {"is_active": True}
    form = GroupForm(request.POST or None, initial=initial)
    if done(form, lambda: actions.save_group(actor=actor, group=found, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("workspace:groups")
    title = found.name if found else _("New group")
    context = {"form": form, "title": title, "back": "workspace:groups"}
    return show(request, "form.html", "groups", context, status=422 if form.is_bound else 200)
