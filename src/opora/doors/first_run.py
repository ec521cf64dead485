"""The first run: who makes the first administrator, the service and its first mailbox."""

import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from opora.doors import actions
from opora.lib.errors import Refusal
from opora.people import actions as people
from opora.people import selectors as people_selectors
from opora.people.models import Person

LOCK = 0x66697273  # "firs"; any number, always the same one


@dataclass(frozen=True)
class Beginning:
    """What the first page asks for."""

    name: str
    email: str
    password: str
    language: str
    service: str
    mailbox: str


def first_run_path() -> str:
    """The page to open first: of an empty Opora, with the key that proves who started it."""
    if people_selectors.administrators().exists():
        return "/"
    return f"{reverse('workspace:first-run')}?key={_key()}"


def is_key(given: str) -> bool:
    return hmac.compare_digest(given.encode(), _key().encode())


@transaction.atomic
def begin(*, beginning: Beginning) -> Person:
    """Make the administrator, the service and the mailbox; of two at once, the later is refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if people_selectors.administrators().exists():
        raise Refusal(_("Opora is already set up: sign in."))
    administrator = people.add_agent(
        actor=None,
        name=beginning.name,
        email=beginning.email,
        role=Person.Role.ADMINISTRATOR,
        language=beginning.language,
        password=beginning.password,
    )
    actions.save_service(actor=administrator, name=beginning.service, language=beginning.language)
    actions.first_mailbox(beginning.mailbox)
    return administrator


def _key() -> str:
    return salted_hmac("opora first run", "", secret=settings.SECRET_KEY).hexdigest()[:40]
