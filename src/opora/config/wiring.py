from opora.channels.email.reader import read_bounded
from opora.desk import reactions as desk
from opora.intake import jobs as intake_jobs
from opora.intake.types import readers
from opora.jobs.types import Job, Sweep, jobs, sweeps
from opora.outbox import jobs as outbox_jobs
from opora.outbox.types import when_settled, when_undelivered
from opora.trail import jobs as trail_jobs


def connect() -> None:
    """Join the ends that may not import each other: the only place that knows all."""
    readers["email"] = read_bounded
    when_settled[:] = [desk.show_delivery]
    when_undelivered[:] = [desk.recall_ticket]
