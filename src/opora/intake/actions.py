import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from opora.desk import actions as desk
from opora.desk.models import Ticket
from opora.desk.types import Enclosure, Said
from opora.doors import selectors as doors
from opora.doors.models import Door
from opora.files import actions as files
from opora.intake import rules, sieve
from opora.intake.facts import Found
from opora.intake.letters import reading_of
from opora.intake.models import Arrival, Reading
from opora.intake.types import Letter, Verdict
from opora.jobs import actions as jobs
from opora.jobs.selectors import OUR_SESSION, of_the_dead
from opora.lib import clock
from opora.lib.errors import Refusal
from opora.outbox import actions as outbox
from opora.people import actions as people
from opora.people.models import Person

Outcome = Arrival.Outcome
# Whom a letter is from that does not say it; nothing is ever sent there.
UNKNOWN_SENDER = "unknown@sender.invalid"
# More under Cc are an audience: none of them waits for an answer.
MAX_OTHERS = 20


@dataclass(frozen=True)
class Handed:
    """What somebody hands us, as it came."""

    door: Door
    raw: bytes
    key: str = ""  # what the far side calls it; empty: the hash of the bytes
    envelope: dict[str, Any] | None = None
    is_silent: bool = False
    received_at: datetime | None = None  # empty: now


def accept(
    *,
    door: Door,
    raw: bytes,
    key: str = "",
    envelope: dict[str, Any] | None = None,
    is_silent: bool = False,
    received_at: datetime | None = None,
) -> Arrival:
    """Write down what came in. Only when this returns may the far side hear that we have it.

    `key` is what the far side calls it (IMAP: folder, UIDVALIDITY, UID; a bot: update id). A letter
    by SMTP or a pipe has no such name: the hash of its bytes is its key. The same key again is the
    same arrival, counted and not stored again.
    """
    handed = Handed(door, raw, key, envelope, is_silent, received_at)
    return accept_many(handed=[handed])[0]


def accept_many(*, handed: Sequence[Handed]) -> list[Arrival]:
    """Write down several at once: one commit, and each folder synced once."""
    # Durable: inside another transaction the caller could acknowledge what is then rolled back.
    with transaction.atomic(durable=True):
        return write_down(handed=handed)


def write_down(*, handed: Sequence[Handed]) -> list[Arrival]:
    """The same within the caller's transaction: before its commit nobody may hear that we have it.

    For those who acknowledge to nobody, and for `accept_many`.
    """
    blobs = files.store_many(raws=[item.raw for item in handed])
    now = clock.now()
    rows = [
        Arrival(
            door=item.door,
            key=item.key or blob.sha256,
            blob=blob,
            sha256=blob.sha256,
            size=blob.size,
            envelope=item.envelope or {},
            is_silent=item.is_silent,
            received_at=item.received_at or now,
            due_at=now,
        )
        for item, blob in zip(handed, blobs, strict=True)
    ]
    return [_insert(row) for row in rows]


def _insert(row: Arrival) -> Arrival:
    """One statement, whoever else inserts the same: an upsert that counts the repetition."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO intake_arrival
                (door_id, key, blob_id, sha256, size, envelope, times, is_silent, received_at,
                 due_at, tries, outcome, reason, error, steps, sender, sender_name, subject,
                 message_id)
            VALUES (%s, %s, %s, %s, %s, %s, 1, %s, %s, %s, 0, 'received', '', '', '[]', '', '', '',
                    '')
            ON CONFLICT (door_id, key) DO UPDATE SET times = intake_arrival.times + 1
            RETURNING id, times
            """,
            [
                row.door_id,
                row.key,
                row.blob_id,
                row.sha256,
                row.size,
                json.dumps(row.envelope),
                row.is_silent,
                row.received_at,
                row.due_at,
            ],
        )
        row.pk, row.times = cursor.fetchone()
    if row.times == 1:
        jobs.wake("intake.settle", arrival_id=row.pk)
    return row


def claim(*, arrival: Arrival) -> bool:
    """Take the arrival for LEASE, so that nobody else takes it up while we read it."""
    now = clock.now()
    due = Arrival.objects.due(now).filter(id=arrival.pk)
    lease = {"due_at": now + rules.LEASE, "claimed_by": OUR_SESSION}
    return due.update(**lease, tries=F("tries") + 1) == 1


def end_leases_of_the_dead() -> int:
    """What a killed worker had claimed is due at once; how many."""
    now = clock.now()
    claimed = Arrival.objects.filter(outcome=Outcome.RECEIVED, due_at__gt=now)
    unsuspected = claimed.filter(tries__lt=rules.SUSPECT_TRIES)
    return of_the_dead(unsuspected).update(due_at=now, claimed_by=None)


def put_off(*, arrival: Arrival) -> None:
    """An outage of ours is not the letter's fault: the try does not count."""
    received = Arrival.objects.filter(id=arrival.pk, outcome=Outcome.RECEIVED)
    due_at = clock.now() + rules.AFTER_OUTAGE
    received.update(due_at=due_at, claimed_by=None, tries=F("tries") - 1)


@transaction.atomic
def settle(*, arrival: Arrival, letter: Letter) -> Arrival:
    """Give an arrival its outcome, and the ticket its message, in one transaction.

    Claimed here once more: a lease can run out under a slow worker, an outcome is for ever.
    """
    held = _hold(arrival, Outcome.RECEIVED)
    if held is None:
        return arrival
    _lock_letter(letter)
    found = Found(held, letter)
    if found.may_have_overtaken:
        return _let_older_pass(held)
    verdict, asked = sieve.judge(letter, found.facts)
    held.steps = asked
    return _settle_as(held, letter, verdict, found)


def _let_older_pass(held: Arrival) -> Arrival:
    """Two workers settle at once, and the answer was faster than what it answers."""
    held.due_at, held.claimed_by = clock.now() + rules.BEHIND_OLDER, None
    held.tries = max(held.tries - 1, 0)
    held.save(update_fields=["due_at", "claimed_by", "tries"])
    jobs.wake_at("intake.settle", held.due_at, arrival_id=held.pk)
    return held


@transaction.atomic
def fail(*, arrival: Arrival, reason: str, error: str) -> None:
    received = Arrival.objects.filter(id=arrival.pk, outcome=Outcome.RECEIVED)
    received.update(
        outcome=Outcome.FAILED, reason=reason[:400], error=error[:4000], settled_at=clock.now()
    )


@transaction.atomic
def retry(*, actor: Person, arrival: Arrival) -> Arrival:
    """By hand: let the machine try once more what it could not understand."""
    _check_keeper(actor)
    held = _hold(arrival, Outcome.FAILED)
    if held is None:
        raise Refusal(_("This arrival does not wait for anybody."))
    held.outcome, held.reason, held.error, held.tries = Outcome.RECEIVED, "", "", 0
    held.due_at = clock.now()
    held.settled_at = None
    held.save(update_fields=["outcome", "reason", "error", "tries", "due_at", "settled_at"])
    jobs.wake("intake.settle", arrival_id=held.pk)
    return held


@transaction.atomic
def open_by_hand(*, actor: Person, arrival: Arrival, letter: Letter | None) -> Ticket:
    """Make a ticket of what was set aside or failed; `letter` is empty when it is unreadable."""
    _check_keeper(actor)
    held = _hold(arrival, Outcome.SET_ASIDE, Outcome.FAILED)
    if held is None:
        raise Refusal(_("This arrival already has its ticket."))
    letter = letter or Letter(sender="", subject=held.subject or _("An unreadable letter"))
    verdict = Verdict("opened", gettext_noop("made a ticket by hand"))
    held.steps = [*held.steps, "hand"]
    settled = _settle_as(held, letter, verdict, None)
    if settled.ticket is None:
        raise AssertionError("opened without a ticket")
    return settled.ticket


@transaction.atomic
def erase(*, actor: Person, arrival: Arrival, reason: str) -> Arrival:
    """Erase the bytes and what was read of them; the row stays, with the act."""
    if not actor.is_administrator:
        raise PermissionDenied
    if not reason.strip():
        raise Refusal(_("Say why it is erased: the act is kept."))
    held = _hold(arrival, *set(Outcome) - {Outcome.RECEIVED, Outcome.ERASED})
    if held is None or held.blob is None:
        raise Refusal(_("There is nothing to erase."))
    held.erasure = files.erase(actor_id=actor.pk, blob=held.blob, reason=reason.strip())
    held.blob, held.outcome, held.reason = None, Outcome.ERASED, reason.strip()[:400]
    held.sender = held.sender_name = held.subject = held.message_id = ""
    held.envelope = {}
    held.save()
    Reading.objects.filter(arrival=held).delete()
    return held


def _hold(arrival: Arrival, *outcomes: str) -> Arrival | None:
    rows = Arrival.objects.select_for_update(of=("self",)).select_related("door__group", "blob")
    return rows.filter(id=arrival.pk, outcome__in=outcomes).first()


def _lock_letter(letter: Letter) -> None:
    """Two copies of one letter are settled one after the other, so that the second sees it."""
    if letter.message_id:
        digest = hashlib.sha256(letter.message_id.encode()).digest()[:8]
        with connection.cursor() as cursor:
            number = int.from_bytes(digest, signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _settle_as(held: Arrival, letter: Letter, verdict: Verdict, found: Found | None) -> Arrival:
    if verdict.outcome == "opened":
        held.ticket = _open(held, letter, found)
    elif verdict.outcome == "joined" and found and found.ticket:
        held.ticket = _join(held, letter, found)
    held.outcome, held.reason, held.error = verdict.outcome, verdict.reason, ""
    held.settled_at = clock.now()
    held.sender, held.sender_name = letter.sender[:320], letter.sender_name[:200]
    held.subject, held.message_id = letter.subject[:400], letter.message_id[:998]
    held.save()
    Reading.objects.bulk_create(
        [Reading(arrival=held, letter=reading_of(letter))],
        update_conflicts=True,
        unique_fields=["arrival"],
        update_fields=["letter"],
    )
    return held


def _open(held: Arrival, letter: Letter, found: Found | None) -> Ticket:
    requester = people.meet(
        email=letter.sender or UNKNOWN_SENDER,
        name=letter.sender_name,
        language=held.door.language,
    )
    return desk.open_ticket(
        actor=requester,
        requester=requester,
        door=held.door,
        subject=letter.subject,
        said=_said(held, letter, is_proven=True),
        # A stranger who answers, or an answer that came too late: linked, not joined.
        continues=found.ticket if found else None,
        cc=_others(letter),
    )


def _others(letter: Letter) -> tuple[str, ...]:
    """Who takes part besides the sender: those under Cc, but for our own mailboxes."""
    if not letter.cc or len(letter.cc) > MAX_OTHERS:
        return ()
    ours = doors.addresses()
    plain = {address: re.sub(r"\+[^@]*@", "@", address) for address in letter.cc}
    return tuple(address for address in letter.cc if ours.isdisjoint((address, plain[address])))


def _join(held: Arrival, letter: Letter, found: Found) -> Ticket | None:
    if found.delivery is not None:
        outbox.note_bounce(delivery=found.delivery, reason=_bounce_reason(letter))
        return found.ticket
    if found.ticket is None:
        return None
    message = desk.add_message(
        actor=people.meet(email=letter.sender or UNKNOWN_SENDER, name=letter.sender_name),
        ticket=found.ticket,
        said=_said(held, letter, is_proven=found.is_proven),
    )
    return message.ticket


def _said(held: Arrival, letter: Letter, *, is_proven: bool) -> Said:
    contents = [file.content for file in letter.attachments]
    blobs = files.store_many(raws=contents) if contents else []
    said = Said(
        text=letter.text,
        html=letter.html,
        reply_text=letter.reply_text,
        reference=letter.message_id,
        cc=tuple(address for address in letter.cc if address != held.door.address),
        enclosures=tuple(
            Enclosure(blob, file.name, file.media_type, file.content_id, file.is_inline)
            for blob, file in zip(blobs, letter.attachments, strict=True)
        ),
        written_at=letter.sent_at,
        is_proven=is_proven,
        is_silent=held.is_silent,
    )
    return said if _may_have_receipt(held, letter) else replace(said, wants_receipt=False)


def _may_have_receipt(held: Arrival, letter: Letter) -> bool:
    envelope_from = held.envelope.get("from")
    automatic = rules.is_automatic(letter.headers, envelope_from=envelope_from)
    return bool(letter.sender) and not automatic and not letter.is_bounce


def _bounce_reason(letter: Letter) -> str:
    said = [f"{dsn.status} {dsn.recipient}".strip() for dsn in letter.dsn]
    return "; ".join(filter(None, said)) or letter.subject


def _check_keeper(actor: Person) -> None:
    if not actor.is_agent:
        raise PermissionDenied
