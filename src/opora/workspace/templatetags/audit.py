"""Changes of what is set, in the words of the reader."""

from collections.abc import Iterator

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from opora.doors.models import Language, OutgoingServer
from opora.people.models import Person
from opora.trail.models import Event

register = template.Library()

KINDS = {
    "person.added": pgettext_lazy("audit", "added an agent"),
    "person.changed": pgettext_lazy("audit", "changed an agent"),
    "person.groups": pgettext_lazy("audit", "changed the groups of an agent"),
    "person.invited": pgettext_lazy("audit", "made a sign-in link for an agent"),
    "person.second_factor": pgettext_lazy("audit", "took the second factor off an agent"),
    "person.password": pgettext_lazy("audit", "set a password of their own"),
    "group.added": pgettext_lazy("audit", "added a group"),
    "group.changed": pgettext_lazy("audit", "changed a group"),
    "company.added": pgettext_lazy("audit", "added a company"),
    "company.changed": pgettext_lazy("audit", "changed a company"),
    "company.domains": pgettext_lazy("audit", "changed the domains of a company"),
    "mailbox.added": pgettext_lazy("audit", "added a mailbox"),
    "mailbox.changed": pgettext_lazy("audit", "changed a mailbox"),
    "server.added": pgettext_lazy("audit", "added an outgoing server"),
    "server.changed": pgettext_lazy("audit", "changed an outgoing server"),
    "server.dropped": pgettext_lazy("audit", "dropped an outgoing server"),
    "service.changed": pgettext_lazy("audit", "changed the service"),
}
FIELDS = {
    "name": pgettext_lazy("setting", "name"),
    "role": pgettext_lazy("setting", "role"),
    "language": pgettext_lazy("setting", "language"),
    "is_active": pgettext_lazy("setting", "in use"),
    "groups": pgettext_lazy("setting", "groups"),
    "group": pgettext_lazy("setting", "group"),
    "agent": pgettext_lazy("setting", "agent"),
    "domains": pgettext_lazy("setting", "domains"),
    "address": pgettext_lazy("setting", "address"),
    "brand": pgettext_lazy("setting", "brand"),
    "sender_name": pgettext_lazy("setting", "sender name"),
    "signature": pgettext_lazy("setting", "signature"),
    "server": pgettext_lazy("setting", "server"),
    "plus_addresses": pgettext_lazy("setting", "plus addresses"),
    "sends_receipts": pgettext_lazy("setting", "receipts"),
    "host": pgettext_lazy("setting", "host"),
    "port": pgettext_lazy("setting", "port"),
    "security": pgettext_lazy("setting", "encryption"),
    "username": pgettext_lazy("setting", "user name"),
    "password": pgettext_lazy("setting", "password"),
    "is_common": pgettext_lazy("setting", "for all mailboxes"),
    "time_zone": pgettext_lazy("setting", "time zone"),
    "grace_days": pgettext_lazy("setting", "grace period, days"),
    "closing_days": pgettext_lazy("setting", "closing delay, days"),
}


CHOICES: dict[str, dict[str, object]] = {
    "role": dict(Person.Role.choices),
    "language": dict(Language.choices),
    "security": dict(OutgoingServer.Security.choices),
}


@register.filter
def did(event: Event) -> str:
    return str(KINDS.get(event.kind, event.kind))


@register.filter
def changed(event: Event) -> Iterator[tuple[str, str, str]]:
    """Field, old and new value, in words."""
    for field, (old, new) in event.changes.items():
        yield str(FIELDS.get(field, field)), _worded(field, old), _worded(field, new)


def _worded(field: str, value: object) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or pgettext("value", "none")
    return str(CHOICES.get(field, {}).get(str(value), value))
