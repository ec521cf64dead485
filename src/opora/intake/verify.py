"""Proves the journal's books: every arrival has one outcome, every reference its bytes or its act.

What the tables themselves refuse (two outcomes, an outcome without its ticket) is asked all the
same: the rows may come out of a backup, or have been changed by hand.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from opora.desk.models import Attachment, Message
from opora.files import actions as files
from opora.files import selectors as blobs
from opora.files.models import Blob
from opora.intake.models import Arrival, Reading
from opora.outbox.models import Delivery

Outcome = Arrival.Outcome
SETTLED = (Outcome.OPENED, Outcome.JOINED, Outcome.SET_ASIDE)
WITH_TICKET = (Outcome.OPENED, Outcome.JOINED)
PAGE = 500


@dataclass(frozen=True)
class Finding:
    row: str  # "arrival 12"
    trouble: str  # what is wrong with it

    def __str__(self) -> str:
        return f"{self.row}: {self.trouble}"


Progress = Callable[[str, int], None]  # what is looked at, and how many are done


def findings(progress: Progress = lambda _, __: None) -> Iterator[Finding]:
    """Everything that does not balance; nothing, when the books do. Streamed."""
    yield from _arrivals(progress)
    yield from _tickets_opened_twice()
    yield from _attachments()
    yield from _bytes(progress)


def _arrivals(progress: Progress) -> Iterator[Finding]:
    with transaction.atomic():  # one snapshot: what is settled meanwhile is seen whole or not
        for number, arrival in enumerate(_asked().iterator(chunk_size=PAGE), start=1):
            for question, trouble in QUESTIONS:
                if question(arrival):
                    yield Finding(f"arrival {arrival.pk}", trouble)
            if number % PAGE == 0:
                progress("arrivals", number)


def _asked() -> QuerySet[Any]:
    """Arrivals with all that the questions ask of other tables."""
    joined = Message.objects.filter(ticket=OuterRef("ticket"), reference=OuterRef("message_id"))
    sent = Delivery.objects.filter(ticket_id=OuterRef("ticket"))
    reading = Reading.objects.filter(arrival=OuterRef("pk"))
    return (
        Arrival.objects.select_related("blob", "erasure")
        .annotate(
            has_message=Exists(joined),
            has_delivery=Exists(sent),
            has_reading=Exists(reading),
            is_bounce=Exists(reading.filter(letter__is_bounce=True)),
        )
        .order_by("id")
    )


def _has_no_ticket(arrival: Arrival) -> bool:
    return arrival.outcome in WITH_TICKET and arrival.ticket_id is None


def _has_a_ticket_too_many(arrival: Arrival) -> bool:
    allowed = (*WITH_TICKET, Outcome.ERASED)
    return arrival.ticket_id is not None and arrival.outcome not in allowed


def _has_no_message(arrival: Any) -> bool:
    """A bounce joins without a word of its own: what came back stands among the deliveries."""
    if arrival.outcome not in WITH_TICKET or arrival.ticket_id is None:
        return False
    is_told = arrival.is_bounce and arrival.has_delivery and arrival.outcome == Outcome.JOINED
    return not (arrival.has_message or is_told)


def _has_no_reading(arrival: Any) -> bool:
    return arrival.outcome in SETTLED and not arrival.has_reading


def _has_no_reason(arrival: Arrival) -> bool:
    return arrival.outcome in (Outcome.SET_ASIDE, Outcome.FAILED) and not arrival.reason


def _has_no_act(arrival: Arrival) -> bool:
    act = arrival.erasure
    return arrival.outcome == Outcome.ERASED and (act is None or act.sha256 != arrival.sha256)


def _has_no_blob(arrival: Arrival) -> bool:
    return arrival.outcome != Outcome.ERASED and arrival.blob is None


def _has_another_blob(arrival: Arrival) -> bool:
    blob = arrival.blob
    return blob is not None and (blob.sha256, blob.size) != (arrival.sha256, arrival.size)


QUESTIONS: tuple[tuple[Callable[[Arrival], bool], str], ...] = (
    (lambda arrival: arrival.outcome not in Outcome.values, "has no outcome that there is"),
    (_has_no_ticket, "has no ticket"),
    (_has_a_ticket_too_many, "has a ticket, which its outcome denies"),
    (_has_no_message, "its ticket lacks its message"),
    (_has_no_reading, "what was read of it is missing"),
    (_has_no_reason, "has no reason"),
    (_has_no_act, "is erased without an act"),
    (_has_no_blob, "has no bytes"),
    (_has_another_blob, "has the bytes of another"),
)


def _tickets_opened_twice() -> Iterator[Finding]:
    opened = Arrival.objects.filter(outcome=Outcome.OPENED).values("ticket").order_by("ticket")
    for row in opened.annotate(count=Count("id")).filter(count__gt=1):
        yield Finding(f"ticket {row['ticket']}", f"was opened by {row['count']} arrivals")


def _attachments() -> Iterator[Finding]:
    """Those whose size is not their blob's, and those with neither bytes nor an act."""
    wrong = Attachment.objects.filter(
        (Q(blob__isnull=False) & ~Q(blob__size=F("size")))
        | Q(blob__isnull=True, erasure__isnull=True)
    )
    for pk in wrong.order_by("id").values_list("pk", flat=True).iterator():
        yield Finding(f"attachment {pk}", "does not have its bytes")


def _bytes(progress: Progress) -> Iterator[Finding]:
    """In pages and without a transaction: hashing all files may take hours."""
    last = done = 0
    while page := list(blobs.referred().filter(id__gt=last).order_by("id")[:PAGE]):
        for blob in page:
            yield from _of_blob(blob)
        last, done = page[-1].pk, done + len(page)
        progress("files", done)


def _of_blob(blob: Blob) -> Iterator[Finding]:
    trouble = _trouble_with(blob)
    if trouble and blobs.referred().filter(id=blob.pk).exists():  # not erased in this moment
        for name, row in blobs.references_to(blob):
            yield Finding(f"{name} {row}", f"{trouble} ({blob.sha256})")


def _trouble_with(blob: Blob) -> str:
    try:
        with files.path_of(blob.sha256).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"its bytes cannot be read: {error.strerror}"
    return "" if found == blob.sha256 else "its bytes have changed"
