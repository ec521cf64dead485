from datetime import timedelta
from functools import partial

from opora.channels.email.reader import read_bounded
from opora.channels.email.transport import SmtpTransport
from opora.desk import actions as desk_actions
from opora.desk import reactions as desk
from opora.doors import reactions as doors
from opora.files import actions as files
from opora.intake import jobs as intake_jobs
from opora.intake.types import readers
from opora.jobs import actions as jobs_actions
from opora.jobs.types import SLOW, Job, Sweep, jobs, sweeps
from opora.outbox import actions as outbox_actions
from opora.outbox import jobs as outbox_jobs
from opora.outbox.types import transports, when_broken, when_settled, when_undelivered
from opora.trail import jobs as trail_jobs
from opora.trail.types import when_endless, when_noted


def connect() -> None:
    """Join the ends that may not import each other: the only place that knows all."""
    readers["email"] = read_bounded
    transports["email"] = SmtpTransport()
    when_settled[:] = [desk.show_delivery]
    when_undelivered[:] = [desk.recall_ticket]
    when_broken[:] = [doors.call_administrators]
    when_noted[:] = [lambda event: jobs_actions.wake("trail.react", event_id=event.pk)]
    when_endless[:] = [doors.tell_of_endless_chain]
    jobs.update(
        {
            "intake.settle": Job(intake_jobs.settle),
            "outbox.send": Job(outbox_jobs.send, SLOW),
            "outbox.sweep": Job(outbox_jobs.send_forgotten, SLOW),
            "outbox.release": Job(outbox_jobs.release),
            "trail.react": Job(trail_jobs.react),
        }
    )
    sweeps[:] = [
        Sweep(intake_jobs.settle_forgotten, timedelta(seconds=20)),
        Sweep(partial(jobs_actions.wake_once, "outbox.sweep"), timedelta(seconds=20)),
        Sweep(outbox_jobs.release, timedelta(minutes=1)),
        Sweep(outbox_actions.release_held, timedelta(minutes=1)),
        Sweep(desk_actions.wake_held, timedelta(minutes=1)),
        Sweep(desk_actions.close_lapsed, timedelta(minutes=10)),
        Sweep(jobs_actions.forget_ended, timedelta(minutes=1)),
        Sweep(files.sweep, timedelta(hours=1)),
    ]
