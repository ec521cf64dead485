import logging
from contextlib import suppress

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop as _
from psycopg.errors import ProgramLimitExceeded

from opora.files import actions as files
from opora.intake import actions, rules
from opora.intake.models import Arrival
from opora.intake.types import readers
from opora.lib import clock
from opora.lib.errors import Unreadable

logger = logging.getLogger(__name__)

OUTAGES = (OperationalError, InterfaceError, OSError)


def settle(arrival_id: int) -> None:
    """Settle one arrival, if it is due. Safe to run twice.

    1. Find it.
    2. Claim it with a lease. Should its bytes kill this worker, it comes back later, and the next
       one passes meanwhile.
    3. Read its bytes into a Letter.
    4. Settle it.

    Trouble in 3 and 4        | the arrival
    database or disk away     | stays received, and comes back after the lease
    unreadable, or our bug    | failed: waits for a human, with its error
    more than an index takes  | the same, though Django calls it an outage
    """
    arrivals = Arrival.objects.due(clock.now()).select_related("door", "blob")
    arrival = arrivals.filter(id=arrival_id).first()
    if arrival is not None and actions.claim(arrival=arrival):
        _settle(arrival)


def settle_forgotten() -> int:
    """Settle what is due and whose job was lost or worker killed; return how many there were."""
    actions.end_leases_of_the_dead()
    due = Arrival.objects.due(clock.now()).order_by("due_at").values_list("id", flat=True)
    ids = list(due[:200])
    for arrival_id in ids:
        settle(arrival_id)
    return len(ids)


def _settle(arrival: Arrival) -> None:
    if arrival.tries >= rules.MAX_TRIES:
        actions.fail(arrival=arrival, reason=_("each try ended a worker"), error="")
        return
    if arrival.blob is None:
        return
    try:
        letter = readers[arrival.door.channel](files.read(arrival.blob))
        actions.settle(arrival=arrival, letter=letter)
    except OUTAGES as error:
        if isinstance(error.__cause__, ProgramLimitExceeded):
            logger.exception("arrival %s failed", arrival.pk)
            _fail(arrival, error)
            return
        logger.warning("arrival %s is put off", arrival.pk, exc_info=True)
        with suppress(*OUTAGES):
            actions.put_off(arrival=arrival)
    except Unreadable as error:
        actions.fail(arrival=arrival, reason=_("cannot be read"), error=str(error))
    except Exception as error:
        logger.exception("arrival %s failed", arrival.pk)
        _fail(arrival, error)


def _fail(arrival: Arrival, error: Exception) -> None:
    actions.fail(arrival=arrival, reason=_("a fault of ours"), error=repr(error))
