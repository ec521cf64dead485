from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from opora.outbox import rules
from opora.outbox.models import Delivery

# Each part stops counting at its limit, so that the answer costs the same in a storm.
_LET_OUT = """
    SELECT
      (SELECT count(*) FROM (SELECT 1 FROM outbox_delivery WHERE purpose = 'receipt'
         AND recipient = %(recipient)s AND due_at > %(since)s LIMIT %(of_address)s) a),
      (SELECT count(*) FROM (SELECT 1 FROM outbox_delivery WHERE purpose = 'receipt'
         AND door_id = %(door_id)s AND due_at > %(since)s LIMIT %(of_mailbox)s) b),
      (SELECT count(*) FROM (SELECT 1 FROM outbox_delivery WHERE is_automatic
         AND due_at > %(since)s LIMIT %(automatic)s) c)
"""


def let_out_since(since: datetime, *, recipient: str, door_id: int | None) -> dict[str, int]:
    """How many automatic letters were let out: arguments of rules.hold_reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LET_OUT,
            {
                "recipient": recipient,
                "door_id": door_id,
                "since": since,
                "of_address": rules.RECEIPTS_OF_ADDRESS,
                "of_mailbox": rules.RECEIPTS_OF_MAILBOX,
                "automatic": rules.BREAKER,
            },
        )
        of_address, of_mailbox, automatic = cursor.fetchone()
    return {"of_address": of_address, "of_mailbox": of_mailbox, "automatic": automatic}


def held() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.QUEUED, due_at=None).order_by("id")


def find_next_receipt(
    *, beyond: Collection[str], beside: Collection[int | None]
) -> Delivery | None:
    """The oldest held receipt that is not for these addresses and not of these mailboxes."""
    waiting = held().filter(purpose=Delivery.Purpose.RECEIPT).exclude(held_for=rules.HELD_NO_SERVER)
    return waiting.exclude(recipient__in=beyond).exclude(door_id__in=beside).first()


def ways_missed() -> list[tuple[str, int | None]]:
    """Channel and door of what is held because there was nothing to send it by."""
    waiting = held().filter(held_for=rules.HELD_NO_SERVER).order_by()
    return list(waiting.values_list("channel", "door_id").distinct())


def is_broken_since(since: datetime) -> bool:
    return held().filter(held_for=rules.HELD_BREAKER, queued_at__gt=since).exists()


def find_by_message_id(
    message_ids: Collection[str], recipients: Collection[str]
) -> Delivery | None:
    """The delivery that a returned letter was; by recipient too when it went to several."""
    found = Delivery.objects.filter(message_id__in=message_ids).order_by("-id")
    return found.filter(recipient__in=recipients).first() or found.first()


def deliveries_of(ticket_ids: Collection[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(ticket_id__in=ticket_ids).order_by("id")
