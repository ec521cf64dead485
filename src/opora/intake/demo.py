"""The arrivals of the demo: written down under names of their own, and taken away again."""

from django.db import transaction
from django.utils.translation import gettext_noop

from opora.desk import actions as desk
from opora.intake.actions import Handed, fail, write_down
from opora.intake.jobs import settle
from opora.intake.models import Arrival

PREFIX = "demo:"  # no far side calls a letter so


def receive_demo(*, letter: Handed, trouble: str = "") -> Arrival:
    """Write a letter down and settle it at once, as the worker would; return what became of it.

    `trouble`: with what it fails instead, as hostile letters do, to wait for a human.
    """
    [arrival] = write_down(handed=[letter])
    if trouble:
        fail(arrival=arrival, reason=gettext_noop("cannot be read"), error=trouble)
    else:
        settle(arrival.pk)
    return Arrival.objects.select_related("ticket").get(id=arrival.pk)


@transaction.atomic
def remove_demo() -> int:
    """Take away the demo's arrivals and tickets; return how many tickets went.

    A ticket that a real letter joined meanwhile stays whole: no real request is lost.
    """
    demo = Arrival.objects.filter(key__startswith=PREFIX)
    # Also those that somebody made of a set-aside or failed arrival by hand.
    desk.mark_demo(ticket_ids=demo.exclude(ticket=None).values_list("ticket_id", flat=True))
    real = Arrival.objects.exclude(key__startswith=PREFIX).filter(ticket__is_demo=True)
    keeping = set(real.values_list("ticket_id", flat=True))
    demo.exclude(ticket__in=keeping).delete()
    return desk.remove_demo(keeping=keeping)
