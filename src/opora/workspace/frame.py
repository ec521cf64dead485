"""What stands around every page: who is signed in, the service, what waits for a human."""

import shutil
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import get_language_info

from opora.channels.email.listener.limits import Limits
from opora.doors.models import Service
from opora.intake.models import Arrival
from opora.people.models import Person
from opora.workspace.request import find_person

_KEPT = "opora_frame"
JOURNAL_READERS = (Person.Role.ADMINISTRATOR, Person.Role.LEAD)


@dataclass(frozen=True)
class Frame:
    service: Service
    waiting_arrivals: int  # those that wait for a human


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor; base.html says what each is for. Strangers learn the service's name."""
    around = frame_of(request)
    me = find_person(request)
    sees_journal = me is not None and me.role in JOURNAL_READERS
    return {
        "me": me,
        "service_name": around.service.name,
        "waiting_arrivals": around.waiting_arrivals if sees_journal else 0,
        "is_disk_full": me is not None and me.is_agent and _is_disk_full(),
        "languages": [
            (code, get_language_info(code)["name_local"].capitalize())
            for code, _name in settings.LANGUAGES
        ],
    }


def frame_of(request: HttpRequest) -> Frame:
    """Read by one statement, once a request: every page pays for it."""
    kept = request.__dict__.get(_KEPT)
    if not isinstance(kept, Frame):
        kept = request.__dict__[_KEPT] = _read()
    return kept


def _is_disk_full() -> bool:
    """Whether the listener turns letters away for want of room; asked at each page, costs none."""
    try:
        free = shutil.disk_usage(settings.BLOBS).free
    except FileNotFoundError:  # nothing was stored yet
        return False
    return free < Limits.room


def _read() -> Frame:
    failed = Arrival.objects.filter(outcome=Arrival.Outcome.FAILED).order_by()
    waiting = Subquery(failed.values("outcome").annotate(number=Count("id")).values("number"))
    service = Service.objects.annotate(waiting=Coalesce(waiting, 0)).filter(id=1).first()
    if service is None:  # before the first run
        return Frame(Service(id=1, name="Opora"), 0)
    return Frame(service, service.waiting)
