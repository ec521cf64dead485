"""Who came by a link has just proven who they are: no password is asked of them for a while."""

import time

from django.http import HttpRequest

from opora.people.models import Person

KEY = "signed_in_by_link"
FRESH = 15 * 60  # seconds


def remember(request: HttpRequest, person: Person) -> None:
    request.session[KEY] = [person.pk, time.time()]


def came_by_link(request: HttpRequest, person: Person) -> bool:
    who, when = request.session.get(KEY, (0, 0))
    return bool(who == person.pk and time.time() - when < FRESH)
