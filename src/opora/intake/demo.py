"""The arrivals of the demo: written down under names of their own, and taken away again."""

from django.db import transaction

from opora.desk import actions as desk
from opora.intake.actions import Handed, write_down
from opora.intake.jobs import settle
from opora.intake.models import Arrival

PREFIX = "demo:"  # no far side calls a letter so


def receive_demo(*, letter: Handed) -> Arrival:
    """Write a letter down and settle it at once, as the worker would; return what became of it."""
    [arrival] = write_down(handed=[letter])
    settle(arrival.pk)
    return Arrival.objects.select_related("ticket").get(id=arrival.pk)


@transaction.atomic
def remove_demo() -> int:
    """Take away the demo's arrivals and tickets; return how many tickets went.

    A ticket that a real letter joined meanwhile stays whole: no real request is lost.
    """
    real = Arrival.objects.exclude(key__startswith=PREFIX).filter(ticket__is_demo=True)
    keeping = list(real.values_list("ticket_id", flat=True).distinct())
    Arrival.objects.filter(key__startswith=PREFIX).exclude(ticket__in=keeping).delete()
    return desk.remove_demo(keeping=keeping)
