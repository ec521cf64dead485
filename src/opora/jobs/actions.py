from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from opora.jobs.types import QUICK, jobs


def wake(job: str, **arguments: int) -> None:
    """Have a job run once the current transaction is committed; never, when it is rolled back."""
    _configured(job).defer(**arguments)


def wake_at(job: str, moment: datetime, **arguments: int) -> None:
    """The same, not before a moment."""
    _configured(job, schedule_at=moment).defer(**arguments)


def wake_once(job: str) -> None:
    """Unless it waits already. Outside a transaction: a refusal would end it."""
    with suppress(AlreadyEnqueued):
        _configured(job, queueing_lock=job).defer()


def forget_ended() -> int:
    """Delete jobs that failed, and those whose worker died: their rows are found by the sweeps."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'cancelled', 'aborted')
               OR (status = 'doing' AND (worker_id IS NULL OR worker_id NOT IN
                   (SELECT id FROM procrastinate_workers
                     WHERE last_heartbeat > now() - interval '1 minute')))
            """
        )
        return int(cursor.rowcount)


def _configured(job: str, **options: Any) -> Any:
    queue = jobs[job].queue if job in jobs else QUICK
    return app.configure_task(job, allow_unknown=True, queue=queue, **options)
