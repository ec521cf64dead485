from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opora.people.models import Person
from opora.workspace.request import actor_of


def administrator_of(request: HttpRequest) -> Person:
    """The administrator who asks; everybody else may not."""
    actor = actor_of(request)
    if not actor.is_administrator:
        raise PermissionDenied
    return actor


def show(
    request: HttpRequest, template: str, room: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the settings; `room` is the line of the menu that is current."""
    around = {"section": "settings", "room": room}
    return render(request, f"workspace/settings/{template}", around | context, status=status)
