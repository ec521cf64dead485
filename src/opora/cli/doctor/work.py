"""What waits, stands still or has failed, by the tables. Django is loaded."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from opora.cli.doctor.finding import Finding, ok, warning, wrong

LATE = timedelta(minutes=5)  # so long after its time nothing should still wait
RECENT = timedelta(days=7)
ALIVE = timedelta(minutes=1)


def worker(*, is_up: bool) -> Iterator[Finding]:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    from opora.lib import clock

    if ProcrastinateWorker.objects.filter(last_heartbeat__gt=clock.now() - ALIVE).exists():
        yield ok("worker", "alive")
    elif is_up:
        yield wrong("worker", "none works: letters are taken, but not read; see its messages")
    else:
        yield warning("worker", "none works, as Opora does not run here")


def mailboxes() -> Iterator[Finding]:
    from opora.doors import selectors as doors

    found = list(doors.mailboxes())
    mute = [door.address for door in found if doors.server_for(door) is None]
    if not found:
        yield warning("mailboxes", "there is none yet: make one on its page")
    elif mute:
        text = "no outgoing server: answers are kept and can be read, but do not leave"
        yield warning("mailboxes", f"{', '.join(mute)}: {text}")
    else:
        yield ok("mailboxes", f"{len(found)}, each with an outgoing server")


def arrivals() -> Iterator[Finding]:
    from opora.intake import selectors
    from opora.intake.models import Arrival
    from opora.lib import clock

    late = Arrival.objects.due(clock.now() - LATE).count()
    failed = selectors.waiting_for_human()
    if late:
        yield wrong("arrivals", f"{late} wait to be read for over 5 minutes: is a worker running?")
    if failed:
        yield warning("arrivals", f"{failed} could not be read: see the journal's page")
    if not (late or failed):
        yield ok("arrivals", "none waits")


def deliveries() -> Iterator[Finding]:
    from opora.lib import clock
    from opora.outbox import selectors
    from opora.outbox.models import Delivery

    now = clock.now()
    late = Delivery.objects.due(now - LATE).count()
    lost = Delivery.objects.filter(state__in=["failed", "bounced"], settled_at__gt=now - RECENT)
    held = selectors.held().count()
    if late:
        yield warning("deliveries", f"{late} should have left by now: is a worker running?")
    if lost.exists():
        text = "did not arrive in 7 days: see the page of deliveries"
        yield warning("deliveries", f"{lost.count()} {text}")
    if held:
        yield warning("deliveries", f"{held} are held back: see the page of deliveries")
    if not (late or held or lost.exists()):
        yield ok("deliveries", "none is late, none failed")


def jobs() -> Iterator[Finding]:
    from django.db.models import Q
    from procrastinate.contrib.django.models import ProcrastinateJob

    from opora.lib import clock

    since = clock.now() - LATE
    waiting = ProcrastinateJob.objects.filter(
        Q(scheduled_at__lt=since)
        | Q(
            scheduled_at=None, procrastinateevent__type="deferred", procrastinateevent__at__lt=since
        ),
        status="todo",
    )
    if count := waiting.values("id").distinct().count():
        yield warning("jobs", f"{count} wait for over 5 minutes: is a worker running?")
    else:
        yield ok("jobs", "none waits")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    mailboxes,
    arrivals,
    deliveries,
    jobs,
)
