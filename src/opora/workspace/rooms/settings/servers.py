from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opora.doors import actions
from opora.doors.models import OutgoingServer
from opora.workspace.rooms.answers import done, told
from opora.workspace.rooms.settings.gate import administrator_of, show
from opora.workspace.rooms.settings.mail_forms import ServerForm


@require_GET
def servers(request: HttpRequest) -> HttpResponse:
    administrator_of(request)
    found = OutgoingServer.objects.order_by("-is_common", "name")
    return show(request, "servers.html", "servers", {"servers": found})


@require_http_methods(["GET", "POST"])
def server(request: HttpRequest, server_id: int = 0) -> HttpResponse:
    """A server's page; without an id, that of a new one."""
    actor = administrator_of(request)
    found = get_object_or_404(OutgoingServer, id=server_id) if server_id else None
    form = ServerForm.of(found, request.POST or None)
    if done(form, lambda: actions.save_server(actor=actor, server=found, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("workspace:servers")
    context = {
        "form": form,
        "server": found,
        "title": found.name if found else _("New outgoing server"),
        "back": "workspace:servers",
    }
    status = 422 if form.is_bound else 200
    return show(request, "server.html", "servers", context, status=status)


@require_POST
def server_drop(request: HttpRequest, server_id: int) -> HttpResponse:
    actor = administrator_of(request)
    found = get_object_or_404(OutgoingServer, id=server_id)
    told(
        request,
        lambda: actions.drop_server(actor=actor, server=found),
        _("The server is no longer used."),
    )
    return redirect("workspace:servers")
