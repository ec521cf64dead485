from datetime import datetime

from procrastinate.contrib.django import app


def wake(job: str, **arguments: int) -> None:
    """Have a job run once the current transaction is committed; never, when it is rolled back."""
    app.configure_task(job, allow_unknown=True).defer(**arguments)


def wake_at(job: str, moment: datetime, **arguments: int) -> None:
    """The same, not before a moment."""
    app.configure_task(job, allow_unknown=True, schedule_at=moment).defer(**arguments)
