from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from opora.people import actions
from opora.people.models import Company
from opora.workspace.rooms.answers import done, page_below, sought
from opora.workspace.rooms.settings.forms import CompanyForm
from opora.workspace.rooms.settings.gate import administrator_of, show


@require_GET
def companies(request: HttpRequest) -> HttpResponse:
    """Newest first; `q` is a part of the name or of a domain."""
    administrator_of(request)
    q = sought(request.GET)
    found = Company.objects.prefetch_related("domains")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(domains__domain__contains=q.lower()))
    rows, rest = page_below(found.distinct(), request.GET.get("before", ""))
    return show(request, "companies.html", "companies", {"rows": rows, "next": rest, "q": q})


@require_http_methods(["GET", "POST"])
def company(request: HttpRequest, company_id: int = 0) -> HttpResponse:
    """A company's page; without an id, that of a new one."""
    actor = administrator_of(request)
    found = get_object_or_404(Company, id=company_id) if company_id else None
    form = CompanyForm.of(found, request.POST or None)
    if done(form, lambda: actions.save_company(actor=actor, company=found, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("workspace:companies")
    title = found.name if found else _("New company")
    context = {"form": form, "title": title, "back": "workspace:companies"}
    return show(request, "form.html", "companies", context, status=422 if form.is_bound else 200)
