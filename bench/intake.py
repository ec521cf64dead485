"""Letters: accepted by `opora intake --maildir --live`, then settled by the worker."""

import tempfile
import time
from pathlib import Path

from bench import limits, rows
from bench.house import House, house
from bench.letters import a_letter, maildir
from bench.table import Figure

COUNT = 1000
SMALL = 300  # for what is measured several times
BACKLOG, FLOOD = 5_000, 20_000


def measure() -> list[Figure]:
    with house() as here, tempfile.TemporaryDirectory(dir=here.home.parent) as folder:
        work = Path(folder)
        figures = [*_accepting(here, work), _statements()]
        statements = int(figures[-1].value)
        figures += _settling(here, work, statements)
        rows.fill(100_000)
        figures.append(_settling_when_full(here, work, figures[-1].value))
        figures.append(_flood(here, work))
        return figures


def _accepting(here: House, work: Path) -> list[Figure]:
    raws = [a_letter(number, "limit") for number in range(COUNT)]
    before = limits.storage(here.url, here.home.parent, raws[: COUNT // 2])
    box = maildir(work / "accept", COUNT, "accept")
    accepted = COUNT / here.opora("intake", "--maildir", str(box), "--live")
    after = limits.storage(here.url, here.home.parent, raws[COUNT // 2 :])
    limit = (before + after) / 2
    return [
        Figure("storage limit, letters a second", limit),
        Figure("accepted a second", accepted),
        Figure("accepted / storage limit", accepted / limit, floor=0.25),
    ]


def _statements() -> Figure:
    """SQL of one letter from the door to its receipt, the job's own four included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from opora.doors.selectors import first_mailbox
    from opora.intake import actions, jobs

    door = first_mailbox()
    if door is None:
        raise RuntimeError("the house has no mailbox")
    with CaptureQueriesContext(connection) as asked:
        arrival = actions.accept(door=door, raw=a_letter(999_999, "count"))
        jobs.settle(arrival.pk)
    fetched_finished_checked = 4  # the pool looks at its connection before each of the two
    return Figure("SQL statements a letter", len(asked) + fetched_finished_checked, ceiling=30)


def _settling(here: House, work: Path, statements: int) -> list[Figure]:
    before = limits.orm(statements, SMALL)
    settled = _settle_rate(here, since=0)
    after = limits.orm(statements, SMALL)
    limit = (before + after) / 2
    return [
        Figure("ORM limit, letters a second", limit),
        Figure("settled a second", settled),
        Figure("settled / ORM limit", settled / limit, floor=0.4),
        Figure("settled a second, empty desk", settled),
    ]


def _settling_when_full(here: House, work: Path, empty: float) -> Figure:
    first = _last_arrival()
    here.opora("intake", "--maildir", str(maildir(work / "full", COUNT, "full")), "--live")
    full = _settle_rate(here, since=first)
    return Figure("settled at 100,000 tickets / empty", full / empty, floor=0.8)


def _settle_rate(here: House, since: int) -> float:
    """All that waits is settled by the worker; letters a second between the first and the last."""
    from opora.intake.models import Arrival

    fresh = Arrival.objects.filter(id__gt=since, settled_at__isnull=True)
    ids = list(fresh.values_list("id", flat=True))
    with here.part("worker"):
        _until(lambda: not Arrival.objects.filter(id__in=ids, outcome="received").exists())
    moments = Arrival.objects.filter(id__in=ids).values_list("settled_at", flat=True)
    done = sorted(moment for moment in moments if moment)
    return (len(done) - 1) / (done[-1] - done[0]).total_seconds()


def _flood(here: House, work: Path) -> Figure:
    """20,000 more are taken while 5,000 wait and the worker works; none is missing afterwards."""
    from opora.intake.models import Arrival

    here.opora("intake", "--maildir", str(maildir(work / "wait", BACKLOG, "wait")), "--live")
    box = maildir(work / "flood", FLOOD, "flood")
    before = Arrival.objects.count()
    with here.part("worker"):
        seconds = here.opora("intake", "--maildir", str(box), "--live")
    taken = Arrival.objects.count() - before
    return Figure(f"of {FLOOD} taken while {BACKLOG} wait ({FLOOD / seconds:.0f}/s)", taken, FLOOD)


def _last_arrival() -> int:
    from opora.intake.models import Arrival

    last = Arrival.objects.order_by("-id").first()
    return last.pk if last else 0


def _until(done, seconds: float = 900) -> None:  # type: ignore[no-untyped-def]
    limit = time.monotonic() + seconds
    while not done():
        if time.monotonic() > limit:
            raise TimeoutError("it takes too long")
        time.sleep(0.2)
