"""Who reads, by the session of a browser, and what they may hear of."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from opora.desk import policies
from opora.people.models import Person
from opora.people.selectors import group_ids_of
from opora.workspace.live.news import Change
from opora.workspace.live.types import Refused


@dataclass(frozen=True)
class Sight:
    """`opora.desk.selectors.tickets_for`, for whoever cannot ask the database for every change."""

    person_id: int
    sees_all: bool
    group_ids: frozenset[int]

    def of(self, changes: Iterable[Change]) -> list[Change]:
        return [change for change in changes if self.sees(change)]

    def sees(self, change: Change) -> bool:
        if self.sees_all or None in change.groups or self.person_id in change.assignees:
            return True
        return bool(change.groups & self.group_ids)


def sight_of(person: Person) -> Sight:
    return Sight(person.pk, policies.may_see_all(person), frozenset(group_ids_of(person)))


def find_sight(session_key: str) -> Sight:
    """What the person signed in by this session sees; raises Refused."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = auth.get_user(request)
    if not isinstance(person, Person):
        raise Refused(HTTPStatus.UNAUTHORIZED)
    if not person.is_agent:
        raise Refused(HTTPStatus.FORBIDDEN)
    return sight_of(person)
