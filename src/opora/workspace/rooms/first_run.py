"""The first run: an empty Opora gets its administrator, and a first mailbox. Once."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from opora.doors import first_run as actions
from opora.doors import selectors as doors
from opora.lib.environment import Environment
from opora.people import selectors as people
from opora.workspace.request import actor_of
from opora.workspace.rooms.answers import done
from opora.workspace.rooms.forms import FirstRunForm

PROVEN = "first_run_key"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if people.administrators().exists():
        raise Http404
    if actions.is_key(request.GET.get("key", "")):
        # The key does not stay in the address, nor in what the browser remembers of it.
        request.session[PROVEN] = True
        return redirect("workspace:first-run")
    if not request.session.get(PROVEN) and not is_private(settings.OPORA, _host(request)):
        return render(request, "workspace/first_run/locked.html", status=403)
    form = FirstRunForm(request.POST or None, initial=_initial(request))
    if done(form, lambda: _begin(request, form)):
        return redirect("workspace:what-next")
    status = 422 if form.is_bound else 200
    return render(request, "workspace/first_run/page.html", {"form": form}, status=status)


@require_GET
def what_next(request: HttpRequest) -> HttpResponse:
    """How mail gets in, for the administrator of a fresh Opora."""
    if not actor_of(request).is_administrator:
        raise PermissionDenied
    context = {
        "section": "settings",
        "mailbox": doors.first_mailbox(),
        "mail": settings.OPORA.mail,
        "can_leave": doors.server_for(None) is not None,
    }
    return render(request, "workspace/first_run/next.html", context)


def is_private(here: Environment, asked: str) -> bool:
    """Whether only this machine reaches the pages: no proxy, no name that others know.

    `asked`: by which name the browser calls us. A page from elsewhere can have its own name lead to
    this machine, and would then read and send ours (DNS rebinding).
    """
    names = (here.web.host, urlsplit(here.url).hostname or "", asked)
    return all(map(_is_loopback, names)) and not here.trusted_proxies


def _host(request: HttpRequest) -> str:
    return urlsplit(f"//{request.get_host()}").hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _begin(request: HttpRequest, form: FirstRunForm) -> None:
    administrator = actions.begin(beginning=form.beginning())
    login(request, administrator, backend=BACKEND)


def _initial(request: HttpRequest) -> dict[str, str]:
    mailbox = doors.first_mailbox()
    return {
        "language": request.LANGUAGE_CODE,
        "mailbox": mailbox.address if mailbox else settings.OPORA.first_mailbox,
    }
