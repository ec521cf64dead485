import logging

from django.db import InterfaceError, OperationalError

from opora.lib import clock
from opora.lib.errors import DeliveryFailed, NoWayOut
from opora.outbox import actions, locks, rules, selectors
from opora.outbox.models import Delivery
from opora.outbox.types import transports

logger = logging.getLogger(__name__)


def send(delivery_id: int) -> None:
    """Send one delivery, if it is due. Safe to run twice.

    1. Lock it, so that others see that somebody alive is at work on it.
    2. Find it: its time has come, or its worker died and let the lease run out.
    3. Claim it with a lease; another worker may have been faster.
    4. Send it, outside any transaction: this can take long.
    5. Write down how it went.

    At least once: a crash between 4 and 5 sends it again, under the same Message-ID.
    """
    with locks.held(delivery_id) as is_ours:
        delivery = Delivery.objects.due(clock.now()).filter(id=delivery_id).first()
        if is_ours and delivery is not None and actions.claim(delivery=delivery):
            _send(delivery)


def send_forgotten() -> int:
    """Send what is due and whose job was lost, and what a dead worker was sending; how many."""
    _end_leases_of_the_dead()
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


def _end_leases_of_the_dead() -> None:
    now = clock.now()
    for delivery in Delivery.objects.filter(state=Delivery.State.SENDING, lease_until__gt=now):
        with locks.held(delivery.pk) as is_nobodys:
            if is_nobodys:
                actions.end_lease(delivery=delivery)


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
