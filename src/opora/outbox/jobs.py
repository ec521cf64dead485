import logging

from django.db import InterfaceError, OperationalError

from opora.lib import clock
from opora.lib.errors import DeliveryFailed, NoWayOut
from opora.outbox import actions, rules, selectors
from opora.outbox.models import Delivery
from opora.outbox.types import transports

logger = logging.getLogger(__name__)


def send(delivery_id: int) -> None:
    """Send one delivery, if it is due. Safe to run twice.

    1. Find it: its time has come, or its worker died and let the lease run out.
    2. Claim it with a lease; another worker may have been faster.
    3. Send it, outside any transaction: this can take long.
    4. Write down how it went.

    At least once: a crash between 3 and 4 sends it again, under the same Message-ID.
    """
    delivery = Delivery.objects.due(clock.now()).filter(id=delivery_id).first()
    if delivery is not None and actions.claim(delivery=delivery):
        _send(delivery)


def send_forgotten() -> int:
    """Send what is due and whose job was lost, and what a dead worker was sending; how many."""
    actions.end_leases_of_the_dead()
    due = Delivery.objects.due(clock.now()).order_by("due_at").values_list("id", flat=True)
    ids = list(due[:100])
    for delivery_id in ids:
        send(delivery_id)
    return len(ids)


def release() -> int:
    """Let out what waited for something to send by, where there is something now.

    Woken when a server is saved; as a sweep it also finds what came to wait at that very moment.
    """
    released = sum(
        actions.release_by(channel=channel, door_id=door_id)
        for channel, door_id in selectors.ways_missed()
        if transports[channel].has_way(door_id)
    )
    if released:
        actions.release_held()  # receipts that may leave at once
    return released


def _send(delivery: Delivery) -> None:
    try:
        answer = transports[delivery.channel].send(delivery)
    except NoWayOut:
        actions.hold(delivery=delivery, reason=rules.HELD_NO_SERVER)
    except DeliveryFailed as failure:
        actions.note_failure(delivery=delivery, failure=failure)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the lease brings the delivery back
    except Exception as bug:
        logger.exception("delivery %s could not be sent", delivery.pk)
        actions.note_failure(delivery=delivery, failure=DeliveryFailed(repr(bug)))
    else:
        actions.note_accepted(delivery=delivery, answer=answer)
