from typing import Any, Unpack

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from opora.doors import rules, selectors
from opora.doors.models import Brand, Door, Language, OutgoingServer, Service
from opora.doors.types import MailboxFields, ServerFields, ServiceFields
from opora.jobs import actions as jobs
from opora.lib.addresses import one_line
from opora.lib.errors import Refusal
from opora.lib.seal import seal
from opora.people.models import Person
from opora.trail import actions as trail
from opora.trail.actions import Change, Value

Row = Service | OutgoingServer | Door
HIDDEN = "•••"  # what the audit shows of a password, old or new


@transaction.atomic
def save_service(*, actor: Person, **given: Unpack[ServiceFields]) -> Service:
    _check_administrator(actor)
    if "name" in given:
        given["name"] = _name(given["name"])
    _check_language(given.get("language"))
    if not rules.is_time_zone(given.get("time_zone", "UTC")):
        raise Refusal(_("There is no time zone “%(name)s”.") % {"name": given["time_zone"]})
    if not rules.is_delay(given.get("grace_days", 0)) or not rules.is_delay(
        given.get("closing_days", 0)
    ):
        raise Refusal(_("A delay is from 0 to %(days)s days.") % {"days": rules.LONGEST})
    Service.objects.get_or_create(id=1, defaults={"name": selectors.service().name})
    service = Service.objects.select_for_update().get(id=1)
    _save(actor, "service", service, dict(given))
    return service


@transaction.atomic
def save_mailbox(
    *, actor: Person, door: Door | None, address: str, **given: Unpack[MailboxFields]
) -> Door:
    _check_administrator(actor)
    address = _free_address(address, door)
    _check_language(given.get("language"))
    agent = given.get("agent")
    if agent is not None and not agent.is_agent:
        raise Refusal(_("%(name)s does not work here.") % {"name": agent})
    new: dict[str, Any] = {"address": address, **given}
    if "brand" in given:
        new["brand"] = _brand(given["brand"])
    if "sender_name" in given:
        new["sender_name"] = one_line(given["sender_name"])[:200]
    door = Door.objects.select_for_update().get(id=door.pk) if door else Door(channel="email")
    _save(actor, "mailbox", door, new)
    _let_out()
    return door


@transaction.atomic
def save_server(
    *,
    actor: Person,
    server: OutgoingServer | None,
    name: str,
    password: str = "",
    **given: Unpack[ServerFields],
) -> OutgoingServer:
    """An empty password keeps the one that is there; without a user name there is none.

    There is one common server at most. What waited for a server leaves.
    """
    _check_administrator(actor)
    new: dict[str, Any] = {"name": _free_name(name, server), **given}
    _check_server(new)
    if server is not None:
        server = OutgoingServer.objects.select_for_update().get(id=server.pk)
    server = server or OutgoingServer()
    if new.get("is_common"):
        for other in OutgoingServer.objects.filter(is_common=True).exclude(id=server.pk or 0):
            _save(actor, "server", other, {"is_common": False})
    if password:
        new["password_sealed"] = seal(password, secret=settings.SECRET_KEY)
    if not new.get("username", server.username):
        new["password_sealed"] = ""
    _save(actor, "server", server, new)
    _let_out()
    return server


@transaction.atomic
def drop_server(*, actor: Person, server: OutgoingServer) -> None:
    _check_administrator(actor)
    door = Door.objects.filter(server=server).first()
    if door is not None:
        raise Refusal(_("%(address)s sends by it: choose another one there.") % {"address": door})
    trail.note(
        actor_id=actor.pk,
        kind="server.dropped",
        about="server",
        about_id=server.pk,
        changes={"name": (server.name, None)},
    )
    server.delete()


@transaction.atomic
def first_mailbox(address: str) -> Door:
    """The mailbox of OPORA_FIRST_MAILBOX or of the first run; one that is there stays as it is.

    Nobody is asked for a right: whoever sets the environment of Opora owns it. Makes what a
    mailbox needs: the service and a brand. Safe to call at every start.
    """
    given = {"name": selectors.service().name, "language": selectors.service().language}
    service, is_unnamed = Service.objects.get_or_create(id=1, defaults=given)
    address = _clean_address(address)
    known = Door.objects.filter(channel="email", address=address).first()
    if known is not None:
        return known
    door, is_new = Door.objects.get_or_create(
        channel="email",
        address=address,
        defaults={
            "language": service.language,
            "sender_name": "" if is_unnamed else service.name,
            "brand": Brand.objects.order_by("id").first() or _brand(service.name),
        },
    )
    if is_new:
        _note(None, "mailbox.added", door, {"address": (None, door.address)})
    return door


def _let_out() -> None:
    """What waited for something to send by may have it now."""
    jobs.wake("outbox.release")


def _brand(name: str) -> Brand | None:
    name = one_line(name)[:100]
    return Brand.objects.get_or_create(name=name)[0] if name else None


def _name(text: str, longest: int = 200) -> str:
    name = one_line(text)
    if not 0 < len(name) <= longest:
        raise Refusal(_("A name has from 1 to %(longest)s letters.") % {"longest": longest})
    return name


def _free_name(text: str, server: OutgoingServer | None) -> str:
    name = _name(text, 100)
    others = OutgoingServer.objects.exclude(id=server.pk if server else 0)
    if others.filter(name=name).exists():
        raise Refusal(_("There already is a server “%(name)s”.") % {"name": name})
    return name


def _free_address(text: str, door: Door | None) -> str:
    address = _clean_address(text)
    others = Door.objects.exclude(id=door.pk if door else 0)
    if others.filter(channel="email", address=address).exists():
        raise Refusal(_("There already is a mailbox %(address)s.") % {"address": address})
    return address


def _clean_address(text: str) -> str:
    try:
        return rules.clean_address(text)
    except ValueError:
        raise Refusal(
            _("“%(address)s” is no address like support@example.org.") % {"address": text}
        ) from None


def _check_language(language: str | None) -> None:
    if language is not None and language not in Language.values:
        raise Refusal(_("Opora does not speak “%(language)s”.") % {"language": language})


def _check_server(new: dict[str, Any]) -> None:
    if "host" in new and not rules.is_host(new["host"]):
        raise Refusal(_("A host is a name like mail.example.org, or an address."))
    if "port" in new and not rules.is_port(new["port"]):
        raise Refusal(_("A port is from 1 to 65535."))
    if "security" in new and new["security"] not in OutgoingServer.Security.values:
        raise Refusal(_("There is no encryption “%(name)s”.") % {"name": new["security"]})


def _check_administrator(actor: Person) -> None:
    if not actor.is_administrator:
        raise PermissionDenied


def _save(actor: Person, about: str, row: Row, given: dict[str, Any]) -> None:
    """Set what differs, save it, and say in the audit what it was."""
    is_new = row.pk is None
    changes: dict[str, Change] = {}
    for name, value in given.items():
        before = getattr(row, name)
        if is_new or before != value:
            told = "password" if name == "password_sealed" else name
            changes[told] = (None if is_new else _told(name, before), _told(name, value))
            setattr(row, name, value)
    if changes:
        row.save()
        _note(actor, f"{about}.{'added' if is_new else 'changed'}", row, changes)


def _note(actor: Person | None, kind: str, row: Row, changes: dict[str, Change]) -> None:
    trail.note(
        actor_id=actor.pk if actor else None,
        kind=kind,
        about=kind.partition(".")[0],
        about_id=row.pk,
        changes=changes,
    )


def _told(name: str, value: object) -> Value:
    if name == "password_sealed":
        return HIDDEN if value else ""
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
