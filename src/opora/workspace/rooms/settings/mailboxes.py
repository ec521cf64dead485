from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opora.channels.email.connection_check import check_receiving, check_sending
from opora.doors import actions, selectors
from opora.doors.models import Door
from opora.workspace.rooms.answers import done
from opora.workspace.rooms.settings.gate import administrator_of, show
from opora.workspace.rooms.settings.mail_forms import MailboxForm


@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    administrator_of(request)
    found = Door.objects.filter(channel="email").select_related("brand", "group", "agent", "server")
    context = {
        "mailboxes": found.order_by("-is_active", "id"),
        "common": selectors.server_for(None),
    }
    return show(request, "mailboxes.html", "mailboxes", context)


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, door_id: int = 0) -> HttpResponse:
    """A mailbox's page; without an id, that of a new one."""
    actor = administrator_of(request)
    door = _find(door_id) if door_id else None
    form = MailboxForm.of(door, request.POST or None, selectors.service().language)
    if done(form, lambda: actions.save_mailbox(actor=actor, door=door, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("workspace:mailboxes")
    context = {
        "form": form,
        "mailbox": door,
        "title": door.address if door else _("New mailbox"),
        "back": "workspace:mailboxes",
    }
    status = 422 if form.is_bound else 200
    return show(request, "mailbox.html", "mailboxes", context, status=status)


@require_POST
def mailbox_test(request: HttpRequest, door_id: int) -> HttpResponse:
    """Try both ways of the mailbox and show of each step how it went."""
    administrator_of(request)
    door = _find(door_id)
    server = selectors.server_for(door)
    context = {
        "mailbox": door,
        "server": server,
        "sending": check_sending(server, address=door.address) if server else (),
        "receiving": check_receiving(settings.OPORA.mail, address=door.address),
    }
    return show(request, "mailbox_test.html", "mailboxes", context)


def _find(door_id: int) -> Door:
    doors = Door.objects.select_related("brand", "group", "agent", "server")
    return get_object_or_404(doors, channel="email", id=door_id)
