from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from opora.desk import selectors as desk
from opora.intake.models import Arrival
from opora.lib import clock
from opora.people.models import Person


def find_twin(arrival: Arrival, *, message_id: str, sender: str, subject: str) -> Arrival | None:
    """An earlier arrival of the same letter by another way; its text is compared by the caller."""
    if not message_id:
        return None
    twins = Arrival.objects.filter(
        message_id=message_id, sender=sender, subject=subject[:400]
    ).exclude(outcome__in=[Arrival.Outcome.RECEIVED, Arrival.Outcome.FAILED])
    return twins.exclude(id=arrival.pk).select_related("reading").order_by("id").first()


def has_older_unsettled(arrival: Arrival) -> bool:
    """Whether something that came before is due or being settled; what was put off is not."""
    is_at_hand = Q(due_at__lte=clock.now()) | Q(claimed_by__isnull=False)
    older = Arrival.objects.filter(id__lt=arrival.pk, outcome=Arrival.Outcome.RECEIVED)
    return older.filter(is_at_hand).exists()


def arrivals_for(actor: Person) -> QuerySet[Arrival]:
    """The journal as an actor may see it: administrators and leads all, agents their tickets'."""
    arrivals = Arrival.objects.select_related("door", "ticket")
    if not actor.is_agent:
        return arrivals.none()
    if actor.role in (Person.Role.ADMINISTRATOR, Person.Role.LEAD):
        return arrivals
    return arrivals.filter(ticket__in=desk.tickets_for(actor))


def balance(arrivals: QuerySet[Arrival], since: datetime | None = None) -> dict[str, int]:
    """How many arrivals stand at each outcome; their sum is what was received."""
    if since is not None:
        arrivals = arrivals.filter(received_at__gte=since)
    counted = arrivals.order_by().values_list("outcome").annotate(Count("id"))
    return dict.fromkeys(Arrival.Outcome.values, 0) | dict(counted)


def waiting_for_human() -> int:
    return Arrival.objects.filter(outcome=Arrival.Outcome.FAILED).count()


def every_arrival() -> Iterator[Arrival]:
    """All of them, oldest first, streamed."""
    arrivals = Arrival.objects.select_related("door", "reading").order_by("id")
    return arrivals.iterator(chunk_size=500)
