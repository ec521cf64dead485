"""Who asks, and for which service: looked up once a request."""

from django.contrib.auth.middleware import get_user
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from opora.people.models import Person


def find_person(request: HttpRequest) -> Person | None:
    """Whoever is signed in: an agent or a requester."""
    user = get_user(request)
    return user if isinstance(user, Person) else None


def actor_of(request: HttpRequest) -> Person:
    """The agent who asks; their groups are read with the first question of their rights."""
    actor = find_person(request)
    if actor is None or not actor.is_agent:
        raise PermissionDenied
    prefetch_related_objects([actor], "memberships")  # does nothing the second time
    return actor
