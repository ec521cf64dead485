from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from psycopg import Connection

from opora.lib import clock
from opora.lib.errors import DeliveryFailed, Refusal
from opora.outbox import actions, jobs, rules
from opora.outbox.models import Delivery
from opora.outbox.tests.conftest import FarSide, a_delivery

pytestmark = pytest.mark.django_db
State = Delivery.State
Told = dict[str, list[str]]


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(id=delivery.pk)


def test_a_message_to_three_is_three_deliveries_of_one_letter() -> None:
    a_delivery(to=("Alice <ALICE@example.org>", "bob@example.org"), cc=("c@x.example",) * 2)
    rows = Delivery.objects.order_by("recipient")
    assert [row.recipient for row in rows] == [
        "alice@example.org",
        "bob@example.org",
        "c@x.example",
    ]
    assert len({row.message_id for row in rows}) == 1


def test_what_is_no_address_is_kept_to_fail_before_a_human() -> None:
    assert a_delivery(to=("somebody",)).recipient == "somebody"


def test_a_letter_is_sent_and_the_answer_kept(far_side: FarSide, told: Told) -> None:
    delivery = a_delivery()
    jobs.send(delivery.pk)
    row = fresh(delivery)
    assert (row.state, row.answer, row.tries) == (State.ACCEPTED, "250 Taken", 1)
    assert row.settled_at is not None
    assert told == {"settled": ["accepted"], "undelivered": [], "broken": []}


def test_a_job_that_runs_twice_sends_once(far_side: FarSide) -> None:
    delivery = a_delivery()
    jobs.send(delivery.pk)
    jobs.send(delivery.pk)
    assert len(far_side.taken) == 1


def test_of_two_workers_one_has_it() -> None:
    first = a_delivery()
    other = fresh(first)
    assert [actions.claim(delivery=first), actions.claim(delivery=other)] == [True, False]


def test_a_lost_job_is_made_up_for(far_side: FarSide) -> None:
    delivery = a_delivery()
    assert jobs.send_forgotten() == 1
    assert fresh(delivery).state == State.ACCEPTED


def test_a_killed_worker_leaves_a_letter_that_goes_again_and_says_so(far_side: FarSide) -> None:
    delivery = a_delivery()
    actions.claim(delivery=delivery)
    Delivery.objects.update(claimed_by=0)  # a session that nobody has
    assert jobs.send_forgotten() == 1
    row = fresh(delivery)
    assert (row.state, row.perhaps_twice, row.tries) == (State.ACCEPTED, True, 2)


def test_a_letter_that_somebody_alive_is_sending_is_left_to_them_until_the_lease_ends(
    far_side: FarSide, other_session: Connection
) -> None:
    delivery = a_delivery()
    actions.claim(delivery=delivery)
    assert fresh(delivery).claimed_by is not None
    Delivery.objects.update(claimed_by=other_session.info.backend_pid)
    assert jobs.send_forgotten() == 0
    assert fresh(delivery).state == State.SENDING
    with time_machine.travel(clock.now() + rules.LEASE, tick=False):
        assert jobs.send_forgotten() == 1
    assert fresh(delivery).perhaps_twice


def test_a_worker_that_was_given_up_changes_nothing_any_more() -> None:
    slow = a_delivery()
    actions.claim(delivery=slow)
    with time_machine.travel(clock.now() + rules.LEASE, tick=False):
        actions.claim(delivery=fresh(slow))
        actions.note_failure(delivery=slow, failure=DeliveryFailed("late", permanent=True))
        actions.note_accepted(delivery=slow, answer="late")
        actions.hold(delivery=slow, reason="late")
    assert fresh(slow).state == State.SENDING


def test_a_temporary_failure_waits_longer_each_time(far_side: FarSide) -> None:
    far_side.trouble = DeliveryFailed("451 Later")
    delivery = a_delivery()
    waits = []
    for _ in range(3):
        jobs.send(delivery.pk)
        row = fresh(delivery)
        assert (row.state, row.error) == (State.DEFERRED, "451 Later")
        assert row.due_at is not None
        waits.append(row.due_at - clock.now())
        Delivery.objects.update(due_at=clock.now())
    assert [round(wait / timedelta(minutes=1)) for wait in waits] == [1, 5, 15]


def test_it_is_tried_for_two_days_and_then_put_before_a_human(
    far_side: FarSide, told: Told
) -> None:
    far_side.trouble = DeliveryFailed("451 Later")
    delivery = a_delivery()
    start = clock.now()
    with time_machine.travel(start, tick=False) as now:
        while fresh(delivery).state != State.FAILED:
            now.move_to(fresh(delivery).due_at or start)
            jobs.send(delivery.pk)
        assert timedelta(days=2) < clock.now() - start < timedelta(days=3)
    assert (fresh(delivery).tries, told["undelivered"]) == (len(rules.WAITS) + 1, ["failed"])


def test_a_permanent_failure_is_at_once_before_a_human(far_side: FarSide, told: Told) -> None:
    far_side.trouble = DeliveryFailed("550 Nobody", permanent=True)
    delivery = a_delivery()
    jobs.send(delivery.pk)
    assert (fresh(delivery).state, fresh(delivery).error) == (State.FAILED, "550 Nobody")
    assert told["undelivered"] == ["failed"]


def test_silence_after_the_letter_is_tried_again_and_says_so(far_side: FarSide) -> None:
    far_side.trouble = DeliveryFailed("no answer", perhaps_gone=True)
    delivery = a_delivery()
    jobs.send(delivery.pk)
    assert (fresh(delivery).state, fresh(delivery).perhaps_twice) == (State.DEFERRED, True)


def test_a_bug_of_ours_defers_the_letter(
    far_side: FarSide, caplog: pytest.LogCaptureFixture
) -> None:
    far_side.trouble = KeyError("bug")
    delivery = a_delivery()
    jobs.send(delivery.pk)
    assert (fresh(delivery).state, fresh(delivery).error) == (State.DEFERRED, "KeyError('bug')")
    assert f"delivery {delivery.pk}" in caplog.text


def test_an_outage_of_the_database_leaves_it_to_the_lease(far_side: FarSide) -> None:
    far_side.trouble = OperationalError("gone")
    delivery = a_delivery()
    with pytest.raises(OperationalError):
        jobs.send(delivery.pk)
    assert fresh(delivery).state == State.SENDING


def test_a_bounce_is_told_once(far_side: FarSide, told: Told) -> None:
    delivery = a_delivery()
    jobs.send(delivery.pk)
    noted = [actions.note_bounce(delivery=delivery, reason="550 Full") for _ in range(2)]
    assert (noted, told["undelivered"]) == ([True, False], ["bounced"])
    assert (fresh(delivery).state, fresh(delivery).error) == (State.BOUNCED, "550 Full")


def test_sent_again_by_hand_it_is_the_same_letter_with_all_its_tries(far_side: FarSide) -> None:
    delivery = a_delivery()
    Delivery.objects.update(state=State.FAILED, tries=12, due_at=None)
    actions.send_again(delivery=delivery)
    far_side.trouble = DeliveryFailed("451 Later")
    jobs.send(delivery.pk)
    row = fresh(delivery)
    assert (row.state, row.tries, row.message_id) == (State.DEFERRED, 1, delivery.message_id)


@pytest.mark.parametrize("state", [State.SENDING, State.ACCEPTED])
def test_what_has_left_is_neither_sent_again_nor_given_up(state: str) -> None:
    delivery = a_delivery()
    Delivery.objects.update(state=state)
    with pytest.raises(Refusal):
        actions.send_again(delivery=delivery)
    with pytest.raises(Refusal):
        actions.give_up(delivery=delivery, reason="no")


def test_given_up_it_stays_to_be_seen_and_never_leaves(far_side: FarSide) -> None:
    delivery = a_delivery()
    actions.give_up(delivery=delivery, reason="Given up by Ada.")
    jobs.send(delivery.pk)
    assert (fresh(delivery).state, fresh(delivery).error) == (State.FAILED, "Given up by Ada.")
    assert far_side.taken == []
