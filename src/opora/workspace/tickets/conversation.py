"""A ticket's messages and events, as its page tells them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from opora.desk.models import Attachment, Message, Ticket
from opora.desk.selectors import events_of, messages_of
from opora.outbox.models import Delivery
from opora.outbox.selectors import deliveries_of
from opora.trail.models import Event
from opora.workspace.tickets.names import KINDS, Named, Names, names_for

# Said when they are set; that they are empty again goes without saying.
ONLY_WHEN_SET = {"trouble", "hold_reason", "on_hold_until"}
RECEIPTS = {"accepted": "receipt", "bounced": "receipt_failed", "failed": "receipt_failed"}


@dataclass(frozen=True)
class Spoken:
    """A message with its files and what became of its deliveries."""

    message: Message
    attachments: list[Attachment]
    deliveries: list[Delivery]

    @property
    def written_at(self) -> datetime:
        return self.message.written_at


@dataclass(frozen=True)
class Told:
    """An event with names in the place of ids."""

    kind: str
    at: datetime
    actor: Named | None = None
    changes: Mapping[str, list[object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    spoken: list[Spoken]
    told: list[Told]
    names: Names

    @property
    def last_id(self) -> int:
        """What `seen` is when all of it is in view."""
        return self.spoken[-1].message.pk if self.spoken else 0

    @property
    def cc(self) -> list[str]:
        """Who stood beside the requester the last time: an answer goes to them too.

        Not as a letter says that only claims to be theirs: it would lead the answer elsewhere.
        """
        said = [each.message for each in self.spoken if each.message.kind != Message.Kind.NOTE]
        proven = [message.cc for message in said if message.is_proven]
        return proven[-1] if proven else []


def conversation_of(ticket: Ticket) -> Conversation:
    """Everything of a ticket, by five statements however long it is."""
    deliveries = list(deliveries_of([ticket.pk]).defer("text", "html"))
    events = list(events_of(ticket))
    names = names_for(ticket, events)
    told = [_told(event, names) for event in events if not _is_beginning(event, ticket)]
    return Conversation(
        spoken=_spoken(messages_of(ticket), deliveries),
        told=told + [_receipt(each) for each in deliveries if each.purpose == "receipt"],
        names=names,
    )


def _spoken(messages: Iterable[Message], deliveries: Iterable[Delivery]) -> list[Spoken]:
    of_message: dict[int | None, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        of_message[delivery.said_id].append(delivery)
    return [
        Spoken(message, list(message.attachments.all()), of_message.get(message.pk, []))
        for message in messages
    ]


def _is_beginning(event: Event, ticket: Ticket) -> bool:
    """The requester's own opening: their first message says it."""
    return event.kind == "ticket.opened" and event.actor_id == ticket.requester_id


def _told(event: Event, names: Names) -> Told:
    changes = {
        name: [_named(name, old, names), _named(name, new, names)]
        for name, (old, new) in event.changes.items()
        # How a ticket began stands above and beside the conversation.
        if event.kind != "ticket.opened" and (new or name not in ONLY_WHEN_SET)
    }
    actor = names.of("person", event.actor_id)
    return Told(event.kind, event.at, actor, changes)


def _named(name: str, value: object, names: Names) -> object:
    if name in KINDS and value is not None:
        named = names.of(KINDS[name], value)
        return named.name if named else f"#{value}"
    if name == "on_hold_until" and isinstance(value, str):
        return date_format(localtime(datetime.fromisoformat(value)))
    return value


def _receipt(delivery: Delivery) -> Told:
    at = delivery.settled_at or delivery.queued_at
    return Told(RECEIPTS.get(delivery.state, "receipt_waits"), at)
