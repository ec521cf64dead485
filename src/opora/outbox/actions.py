from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from opora.jobs import actions as jobs
from opora.jobs.selectors import OUR_SESSION, of_the_dead
from opora.lib import clock
from opora.lib.addresses import parse_entry
from opora.lib.errors import DeliveryFailed, Refusal
from opora.outbox import rules, selectors, types
from opora.outbox.models import Delivery, DeliveryFile
from opora.outbox.types import Parcel

State = Delivery.State
TURN = 0x7475726E  # "turn"; any number, always the same one


def put(*, parcel: Parcel) -> list[Delivery]:
    """Queue a message, one delivery to each recipient.

    Call inside the transaction that gives the reason for it. A receipt beyond the limits is held,
    and let out by the sweep when the hour allows it, or by hand.
    """
    now = clock.now()
    held_for = _hold_reason(parcel, now) if parcel.is_automatic else ""
    deliveries = Delivery.objects.bulk_create(
        _delivery(parcel, recipient, now, held_for) for recipient in _recipients(parcel)
    )
    if parcel.files:
        DeliveryFile.objects.bulk_create(
            DeliveryFile(
                delivery=delivery,
                blob=file.blob,
                name=file.name,
                media_type=file.media_type,
                content_id=file.content_id,
            )
            for delivery in deliveries
            for file in parcel.files
        )
    if not held_for:
        for delivery in deliveries:
            jobs.wake("outbox.send", delivery_id=delivery.pk)
    return deliveries


def claim(*, delivery: Delivery) -> bool:
    """Take a due delivery for LEASE; False when another worker was faster.

    Taken from a worker whose lease ran out, it may already have gone: then it is perhaps twice.
    """
    now = clock.now()
    due = Delivery.objects.due(now).filter(id=delivery.pk)
    abandoned = delivery.state == State.SENDING
    taken = due.filter(state=delivery.state).update(
        state=State.SENDING,
        lease_until=now + rules.LEASE,
        claimed_by=OUR_SESSION,
        tries=F("tries") + 1,
        **({"perhaps_twice": True} if abandoned else {}),
    )
    if taken == 1:
        delivery.refresh_from_db()
    return taken == 1


def end_leases_of_the_dead() -> int:
    """What a killed worker was sending is due at once, not when the lease runs out; how many."""
    now = clock.now()
    claimed = Delivery.objects.filter(state=State.SENDING, lease_until__gt=now)
    return of_the_dead(claimed).update(lease_until=now)


@transaction.atomic
def note_accepted(*, delivery: Delivery, answer: str) -> None:
    noted = _still_ours(delivery).update(
        state=State.ACCEPTED, error="", answer=answer[:400], settled_at=clock.now()
    )
    if noted:
        _tell(delivery)


@transaction.atomic
def note_failure(*, delivery: Delivery, failure: DeliveryFailed) -> None:
    now = clock.now()
    hopeless = rules.is_hopeless(delivery.tries, permanent=failure.permanent)
    due_at = now + rules.delay_after(delivery.tries)
    noted = _still_ours(delivery).update(
        state=State.FAILED if hopeless else State.DEFERRED,
        due_at=due_at,
        error=str(failure)[:2000],
        settled_at=now if hopeless else None,
        perhaps_twice=F("perhaps_twice") if not failure.perhaps_gone else True,
    )
    if not noted:
        return
    if not hopeless:
        jobs.wake_at("outbox.send", due_at, delivery_id=delivery.pk)
    _tell(delivery, undelivered=hopeless)


@transaction.atomic
def hold(*, delivery: Delivery, reason: str) -> None:
    """It cannot leave yet, through no fault of anybody: this was no try."""
    noted = _still_ours(delivery).update(
        state=State.QUEUED, due_at=None, held_for=reason, lease_until=None, tries=F("tries") - 1
    )
    if noted:
        _tell(delivery)


@transaction.atomic
def note_bounce(*, delivery: Delivery, reason: str) -> bool:
    """The far side gave it back. False when that was already known."""
    bounced = Delivery.objects.filter(id=delivery.pk).exclude(state=State.BOUNCED)
    now = clock.now()
    if not bounced.update(state=State.BOUNCED, error=reason[:2000], settled_at=now):
        return False
    _tell(delivery, undelivered=True)
    return True


@transaction.atomic
def send_again(*, delivery: Delivery) -> Delivery:
    """By hand: try now what failed, waits or is held; with all its tries before it again.

    The same Message-ID, so no second letter.
    """
    delivery = Delivery.objects.select_for_update().get(id=delivery.pk)
    if delivery.state in (State.SENDING, State.ACCEPTED):
        raise Refusal(_("This letter has already left."))
    delivery.state, delivery.due_at, delivery.held_for = State.QUEUED, clock.now(), ""
    delivery.settled_at, delivery.tries = None, 0
    delivery.save(update_fields=["state", "due_at", "held_for", "settled_at", "tries"])
    jobs.wake("outbox.send", delivery_id=delivery.pk)
    return delivery


@transaction.atomic
def give_up(*, delivery: Delivery, reason: str) -> Delivery:
    """By hand: it shall not leave any more. It stays to be seen."""
    delivery = Delivery.objects.select_for_update().get(id=delivery.pk)
    if delivery.state in (State.SENDING, State.ACCEPTED):
        raise Refusal(_("This letter has already left."))
    delivery.state, delivery.error, delivery.due_at = State.FAILED, reason[:2000], None
    delivery.held_for, delivery.settled_at = "", clock.now()
    delivery.save(update_fields=["state", "error", "due_at", "held_for", "settled_at"])
    return delivery


def forget(*, ticket_ids: Collection[int]) -> None:
    """Take away the letters of tickets that never were: those of the demo, and of nothing else."""
    Delivery.objects.filter(ticket_id__in=ticket_ids).delete()


def release_held(*, limit: int = 100) -> int:
    """Let out held receipts, oldest first, as far as the hour allows; return how many.

    What waits for one address or one mailbox keeps nobody else waiting.
    """
    released, addresses, doors = 0, set[str](), set[int | None]()
    while released < limit:
        receipt = selectors.find_next_receipt(beyond=addresses, beside=doors)
        if receipt is None:
            break
        match _let_out(receipt):
            case rules.HELD_BREAKER:
                break
            case rules.HELD_ADDRESS:
                addresses.add(receipt.recipient)
            case rules.HELD_MAILBOX:
                doors.add(receipt.door_id)
            case _:
                released += 1
    return released


@transaction.atomic
def release_by(*, channel: str, door_id: int | None, limit: int = 500) -> int:
    """Now there is something to send by: let out what waited for that; return how many.

    Receipts only get into line: they must not leave in one crowd.
    """
    waiting = selectors.held().filter(
        held_for=rules.HELD_NO_SERVER, channel=channel, door_id=door_id
    )
    in_line = waiting.filter(purpose=Delivery.Purpose.RECEIPT).update(held_for=rules.HELD_TURN)
    ids = list(waiting.values_list("id", flat=True)[:limit])
    waiting.filter(id__in=ids).update(due_at=clock.now(), held_for="")
    for delivery_id in ids:
        jobs.wake("outbox.send", delivery_id=delivery_id)
    return in_line + len(ids)


def _delivery(parcel: Parcel, recipient: str, now: datetime, held_for: str) -> Delivery:
    return Delivery(
        channel=parcel.channel,
        purpose=parcel.purpose,
        door_id=parcel.door_id,
        ticket_id=parcel.ticket_id,
        said_id=parcel.said_id,
        sender=parcel.sender,
        recipient=recipient,
        to=list(parcel.to),
        cc=list(parcel.cc),
        reply_to=parcel.reply_to,
        subject=parcel.subject[:400],
        text=parcel.text,
        html=parcel.html,
        message_id=parcel.message_id,
        answers_to=list(parcel.answers_to),
        is_automatic=parcel.is_automatic,
        due_at=None if held_for else now,
        held_for=held_for,
        queued_at=now,
    )


def _recipients(parcel: Parcel) -> list[str]:
    """What is no address stays one: it fails when it is sent, and then a human sees it."""
    entries = (*parcel.to, *parcel.cc)
    addresses = [(parse_entry(entry)[1] or entry).lower()[:320] for entry in entries]
    return list(dict.fromkeys(addresses))


def _hold_reason(parcel: Parcel, now: datetime) -> str:
    if parcel.purpose != Delivery.Purpose.RECEIPT:
        return ""
    reason = _reason_to_hold(_recipients(parcel)[0], parcel.door_id, now)
    if reason == rules.HELD_BREAKER and not selectors.is_broken_since(now - rules.WINDOW):
        _call_for_help(now)
    return reason


def _call_for_help(now: datetime) -> None:
    """Once: whoever opened the breaker in the same moment has called already."""
    _take_turn()
    if not selectors.is_broken_since(now - rules.WINDOW):
        for call in types.when_broken:
            call()


@transaction.atomic
def _let_out(receipt: Delivery) -> str:
    """Why it has to wait still; empty when it is let out."""
    now = clock.now()
    reason = _reason_to_hold(receipt.recipient, receipt.door_id, now)
    waiting = Delivery.objects.filter(id=receipt.pk, state=State.QUEUED, due_at=None)
    if not reason and waiting.update(due_at=now, held_for=""):
        jobs.wake("outbox.send", delivery_id=receipt.pk)
    return reason


def _reason_to_hold(recipient: str, door_id: int | None, now: datetime) -> str:
    since = now - rules.WINDOW
    counts = selectors.let_out_since(since, recipient=recipient, door_id=door_id)
    if rules.is_close(**counts):
        _take_turn()
        counts = selectors.let_out_since(since, recipient=recipient, door_id=door_id)
    return rules.hold_reason(**counts)


def _take_turn() -> None:
    """Whoever else is close to a limit waits until our transaction ends, and then counts ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def _still_ours(delivery: Delivery) -> QuerySet[Delivery]:
    """Empty when our lease ran out and another worker has taken the delivery since."""
    return Delivery.objects.filter(
        id=delivery.pk, state=State.SENDING, lease_until=delivery.lease_until
    )


def _tell(delivery: Delivery, *, undelivered: bool = False) -> None:
    delivery.refresh_from_db(fields=["state", "error"])
    for react in types.when_settled:
        react(delivery)
    if undelivered:
        for react in types.when_undelivered:
            react(delivery)
