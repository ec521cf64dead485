"""What allauth asks us: who may sign in, how a password is asked again, how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from opora.lib.seal import seal, unseal
from opora.people.models import Person
from opora.workspace.rooms.by_link import came_by_link


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Person, **given: Any) -> HttpResponse | None:
        """Requesters ask by mail; the workspace is for those who answer."""
        if user.is_agent:
            return None
        clear_login(request)
        refused: HttpResponse = self.respond_user_inactive(request, user)
        return refused

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By person and place, as axes: else whoever knows an address locks its owner out."""
        return f"{username_of(request, credentials)} from {get_ip(request)}"

    def reauthenticate(self, user: Person, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **given: Any) -> bool:
        request = context.request
        if isinstance(request.user, Person) and came_by_link(request, request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **given))

    def add_message(self, *given: Any, **named: Any) -> None:
        """The page that follows says it: no toast for "signed in"."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped base
    """A stolen dump alone gives no second factor."""

    def encrypt(self, text: str) -> str:
        return seal(text, secret=settings.SECRET_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, secret=settings.SECRET_KEY)


def username_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Whose password was tried: what axes counts by, together with the address it came from."""
    given = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(given).strip().lower()[:255]
