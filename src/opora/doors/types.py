"""What the administrator may give of each thing; what is not given stays as it is."""

from typing import TypedDict

from opora.doors.models import OutgoingServer
from opora.people.models import Group, Person


class ServiceFields(TypedDict, total=False):
    name: str
    language: str
    time_zone: str
    grace_days: int
    closing_days: int


class MailboxFields(TypedDict, total=False):
    brand: str  # by its name, made when it is new; empty: none
    sender_name: str
    signature: str
    language: str
    group: Group | None
    agent: Person | None
    server: OutgoingServer | None  # None: the common one
    plus_addresses: bool
    sends_receipts: bool
    is_active: bool


class ServerFields(TypedDict, total=False):
    host: str
    port: int
    security: str
    username: str
    is_common: bool
