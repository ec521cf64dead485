"""How the rooms answer: forms that an action may refuse, lists cut by a key, inert files."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe

from opora.lib.errors import Refusal
from opora.workspace.csp import HEADER, INERT, as_letter

Row = TypeVar("Row", bound=Model)

ROWS = 50


def done(form: Form, act: Callable[[], object]) -> bool:
    """Whether the form was right and the action agreed; its refusal becomes the form's error."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def told(request: HttpRequest, act: Callable[[], object], success: str) -> bool:
    """Do what a lone button asks for, and say on the next page how it went."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, success)
    return True


def sought(query: QueryDict) -> str:
    """What is looked for; without NUL, of which PostgreSQL's text has none."""
    return query.get("q", "").replace("\0", " ").strip()[:200]


def page_below(rows: QuerySet[Row], before: str) -> tuple[list[Row], str]:
    """One page, newest first, and the key that asks for the rest; empty at the end."""
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    found = list(rows.order_by("-pk")[: ROWS + 1])
    return found[:ROWS], str(found[ROWS - 1].pk) if len(found) > ROWS else ""


def query_of(wanted: dict[str, Any]) -> str:
    """What is wanted as the part of an address after `?`, without what is empty."""
    return urlencode({name: value for name, value in wanted.items() if value})


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page named by `next`, if it is one of ours."""
    asked = request.POST.get("next", "")
    # What does not begin with a slash, redirect() takes for the name of a page.
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, request.get_host()):
        return asked
    return resolve_url(otherwise)


def as_sent(request: HttpRequest, html: str) -> HttpResponse:
    """A letter's HTML, cleaned when it was read or written, for a frame without any right."""
    body = mark_safe(html)  # noqa: S308  cleaned
    return as_letter(render(request, "workspace/tickets/letter.html", {"body": body}))


def as_file(raw: bytes, *, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(raw, content_type=media_type)
    plain = "".join(sign for sign in name if sign.isprintable()) or "file"
    response.headers["Content-Disposition"] = content_disposition_header(True, plain) or ""
    response.headers[HEADER] = INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response
