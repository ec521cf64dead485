from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opora.doors import actions, selectors
from opora.workspace.rooms.answers import done
from opora.workspace.rooms.settings.forms import ServiceForm
from opora.workspace.rooms.settings.gate import administrator_of, show

FIELDS = ("name", "language", "time_zone", "grace_days", "closing_days")


@require_http_methods(["GET", "POST"])
def service(request: HttpRequest) -> HttpResponse:
    actor = administrator_of(request)
    now = selectors.service()
    form = ServiceForm(request.POST or None, initial={name: getattr(now, name) for name in FIELDS})
    if done(form, lambda: actions.save_service(actor=actor, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("workspace:settings")
    context = {"form": form, "title": _("Service")}
    return show(request, "form.html", "service", context, status=422 if form.is_bound else 200)
