from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from opora.files.models import Blob
from opora.outbox.models import Delivery


@dataclass(frozen=True)
class Enclosed:
    """A file that goes along; inline when it has a content id."""

    blob: Blob
    name: str
    media_type: str
    content_id: str = ""


@dataclass(frozen=True)
class Parcel:
    """What is to leave, before it becomes one delivery to each recipient."""

    purpose: Delivery.Purpose
    sender: str  # From, as it will stand in the letter
    to: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    html: str = ""
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    answers_to: tuple[str, ...] = ()
    is_automatic: bool = False
    door_id: int | None = None
    ticket_id: int | None = None
    said_id: int | None = None
    files: tuple[Enclosed, ...] = ()
    channel: str = "email"


class Transport(Protocol):
    def send(self, delivery: Delivery) -> str:
        """Deliver and return what the far side said, or raise DeliveryFailed or NoWayOut.

        Is called outside any transaction.
        """

    def has_way(self, door_id: int | None) -> bool:
        """Whether there is anything to send by; if not, `send` raises NoWayOut."""


# Filled by opora.config.wiring: the outbox knows neither channels nor who cares.
transports: dict[str, Transport] = {}
Reaction = Callable[[Delivery], None]
when_undelivered: list[Reaction] = []  # failed for good or bounced; in the same transaction
when_settled: list[Reaction] = []  # any state a page may show; in the same transaction
when_broken: list[Callable[[], None]] = []  # the breaker opened: call the administrator
