"""Who gets in, in which language and time zone, and how a refusal is shown."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from opora.lib.errors import Refusal
from opora.workspace.frame import frame_of
from opora.workspace.request import find_person

Answer = Callable[[HttpRequest], HttpResponseBase]


class Wall(LoginRequiredMiddleware):
    """Nobody passes unseen: a view open to strangers says so by Django's `login_not_required`.

    Strangers are sent to the sign-in page; a requester who is signed in gets none of the
    workspace's pages, nor those of passwords and second factors.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        person = find_person(request)
        if person is None:
            return self._to_sign_in(request, view_func)
        if not person.is_agent:
            raise PermissionDenied
        return None

    def _to_sign_in(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            # A redirect would be followed silently, and the sign-in page swapped into a part.
            return HttpResponseClientRedirect(reverse("account_login"))
        return self.handle_no_permission(request, view)


class InTheirWords:
    """The language and the time zone of the person; of a stranger, the browser's and ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = find_person(request)
        with ExitStack() as stack:
            if person is not None and person.language:
                stack.enter_context(translation.override(person.language))
            named = person.time_zone if person is not None else ""
            zone = _zone(named or frame_of(request).service.time_zone)
            stack.enter_context(timezone.override(zone))
            return self.get_response(request)


class ShowRefusals:
    """What cannot be done is said in the place of an error: 409 and the sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        said = {"refusal": str(error), "back": _back(request)}
        return render(request, "workspace/refusal.html", said, status=409)


def _back(request: HttpRequest) -> str:
    """The page they came from, when it is ours."""
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, request.get_host())
    return before if is_ours else "/"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")  # a name that this machine's tables do not know
