from collections import Counter
from datetime import timedelta
from itertools import count

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection, transaction

from opora.lib import clock
from opora.lib.errors import NoWayOut
from opora.outbox import actions, jobs, rules
from opora.outbox.models import Delivery
from opora.outbox.tests.conftest import FarSide, a_delivery, a_receipt

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
State = Delivery.State


def reasons() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("held_for", flat=True))


def let_out(how_many: int, **of: object) -> None:
    """Automatic letters of this hour that have already left."""
    now, numbers = clock.now(), count(Delivery.objects.count())
    given = {"purpose": "receipt", "is_automatic": True, "to": [], "state": "accepted"} | of
    Delivery.objects.bulk_create(
        Delivery(
            **({"recipient": f"{n}@example.org", "message_id": f"<{n}@x>"} | given),
            due_at=now,
            queued_at=now,
        )
        for n, _ in zip(numbers, range(how_many), strict=False)
    )


def test_the_sixth_receipt_of_the_hour_to_one_address_waits() -> None:
    for _ in range(6):
        a_receipt()
    assert reasons() == [""] * 5 + [rules.HELD_ADDRESS]
    assert a_receipt("bob@example.org").held_for == ""


def test_close_to_a_limit_letters_of_one_moment_wait_for_each_other(
    other_session: psycopg.Connection,
) -> None:
    a_receipt()
    other_session.execute("SELECT pg_advisory_xact_lock(%s)", [actions.TURN])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
    a_receipt("bob@example.org")
    with pytest.raises(OperationalError), transaction.atomic():
        a_receipt()


@pytest.mark.parametrize(
    ("counts", "is_close"),
    [
        ((0, 0, 0), False),
        ((1, 0, 0), True),
        ((5, 0, 0), False),
        ((0, 179, 0), False),
        ((0, 180, 0), True),
        ((0, 200, 0), False),
        ((0, 0, 480), True),
        ((0, 0, 500), False),
    ],
)
def test_close_to_a_limit_is_where_it_could_still_be_passed(
    counts: tuple[int, int, int], is_close: bool
) -> None:
    of_address, of_mailbox, automatic = counts
    assert is_close == rules.is_close(
        of_address=of_address, of_mailbox=of_mailbox, automatic=automatic
    )


def test_answers_are_never_held() -> None:
    let_out(600)
    assert [a_delivery().held_for for _ in range(10)] == [""] * 10


def test_the_201st_receipt_of_a_mailbox_waits_and_another_mailbox_goes_on() -> None:
    let_out(200, door_id=1)
    assert a_receipt(door_id=1).held_for == rules.HELD_MAILBOX
    assert a_receipt(door_id=2).held_for == ""


def test_the_breaker_opens_at_500_and_calls_once(told: dict[str, list[str]]) -> None:
    let_out(499)
    assert a_receipt(door_id=2).held_for == ""
    for number in range(3):
        assert a_receipt(f"{number}@x.example", door_id=3).held_for == rules.HELD_BREAKER
    assert told["broken"] == ["broken"]


def test_a_breaker_that_opens_another_day_calls_again(told: dict[str, list[str]]) -> None:
    let_out(500)
    a_receipt()
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        let_out(500)
        a_receipt("bob@example.org")
    assert told["broken"] == ["broken"] * 2


def test_what_waits_leaves_in_order_as_the_hours_allow_and_none_is_dropped() -> None:
    ids = [a_receipt().pk for _ in range(13)]
    left = []
    for hours in (1, 2):
        with time_machine.travel(clock.now() + hours * HOUR + hours * timedelta(minutes=1)):
            assert actions.release_held() == (5, 3)[hours - 1]
            left.append(list(Delivery.objects.filter(held_for="").values_list("id", flat=True)))
    assert [sorted(rows) for rows in left] == [ids[:10], ids]


def test_within_the_hour_nothing_is_let_out() -> None:
    for _ in range(7):
        a_receipt()
    assert actions.release_held() == 0


def test_many_for_one_address_keep_nobody_else_waiting() -> None:
    for _ in range(12):
        a_receipt()
    bobs = a_receipt("bob@example.org")
    Delivery.objects.filter(id=bobs.pk).update(due_at=None, held_for=rules.HELD_BREAKER)
    assert actions.release_held(limit=3) == 1
    bobs.refresh_from_db()
    assert bobs.due_at is not None


def test_a_full_mailbox_keeps_no_other_waiting() -> None:
    let_out(200, door_id=1)
    held = [a_receipt(f"{n}@x.example", door_id=1) for n in range(3)]
    other = a_receipt(door_id=2)
    Delivery.objects.filter(id=other.pk).update(due_at=None, held_for=rules.HELD_BREAKER)
    assert actions.release_held() == 1
    assert Delivery.objects.filter(due_at=None).count() == len(held)


def test_an_open_breaker_lets_nothing_out() -> None:
    let_out(500)
    a_receipt()
    assert actions.release_held() == 0


def test_a_held_receipt_leaves_by_hand(far_side: FarSide) -> None:
    held = [a_receipt() for _ in range(6)][-1]
    jobs.send(held.pk)
    assert far_side.taken == []
    actions.send_again(delivery=held)
    jobs.send(held.pk)
    assert far_side.taken == [held.message_id]


def test_without_a_server_it_is_held_and_was_no_try(
    far_side: FarSide, told: dict[str, list[str]]
) -> None:
    far_side.trouble = NoWayOut()
    delivery = a_delivery()
    jobs.send(delivery.pk)
    row = Delivery.objects.get(id=delivery.pk)
    assert (row.state, row.due_at, row.lease_until) == (State.QUEUED, None, None)
    assert (row.held_for, row.tries) == (rules.HELD_NO_SERVER, 0)
    assert told == {"settled": ["queued"], "undelivered": [], "broken": []}


def test_without_a_server_nothing_is_tried_again(far_side: FarSide) -> None:
    far_side.trouble, far_side.is_reached = NoWayOut(), False
    jobs.send(a_delivery().pk)
    jobs.send(a_receipt().pk)
    with time_machine.travel(clock.now() + 100 * HOUR, tick=False):
        assert (jobs.send_forgotten(), jobs.release(), actions.release_held()) == (0, 0, 0)


def test_with_a_server_all_of_it_leaves(far_side: FarSide) -> None:
    far_side.trouble = NoWayOut()
    deliveries = [a_delivery() for _ in range(3)]
    jobs.send_forgotten()
    far_side.trouble = None
    assert jobs.release() == 3
    assert jobs.send_forgotten() == 3
    assert far_side.taken == [delivery.message_id for delivery in deliveries]


def test_then_receipts_leave_a_few_at_a_time(far_side: FarSide) -> None:
    far_side.trouble = NoWayOut()
    for _ in range(7):
        jobs.send(a_receipt().pk)
    assert Counter(reasons()) == {rules.HELD_NO_SERVER: 7}
    far_side.trouble = None
    assert jobs.release() == 7
    assert Counter(reasons()) == {"": 5, rules.HELD_TURN: 2}


def test_a_server_of_one_mailbox_lets_out_only_what_is_its_own(far_side: FarSide) -> None:
    far_side.trouble = NoWayOut()
    for door_id in (1, 2):
        jobs.send(a_delivery(door_id=door_id).pk)
    assert actions.release_by(channel="email", door_id=2) == 1
    assert reasons() == [rules.HELD_NO_SERVER, ""]
