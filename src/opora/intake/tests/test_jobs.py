from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from psycopg import Connection

from opora.desk.models import Ticket
from opora.intake import actions, jobs, rules
from opora.intake.models import Arrival
from opora.intake.tests.paper import a_letter, reading, run
from opora.lib import clock
from opora.lib.errors import Unreadable

pytestmark = pytest.mark.django_db


def test_a_woken_worker_settles_the_arrival_once() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        assert run(arrival).outcome == "opened"
        run(arrival)
    assert Ticket.objects.count() == 1


def test_an_unreadable_letter_waits_for_a_human_with_its_error() -> None:
    with reading(Unreadable("no end of parts")) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    assert (arrival.outcome, arrival.error) == ("failed", "no end of parts")


def test_a_fault_of_ours_waits_for_a_human_too(caplog: pytest.LogCaptureFixture) -> None:
    with reading(KeyError("oops")) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    assert (arrival.outcome, arrival.reason) == ("failed", "a fault of ours")
    assert "oops" in arrival.error
    assert f"arrival {arrival.pk}" in caplog.text


@pytest.mark.parametrize("outage", [OperationalError("gone"), OSError(28, "No space left")])
def test_an_outage_of_ours_is_not_the_letters_fault(outage: Exception) -> None:
    with reading(outage) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    assert (arrival.outcome, arrival.tries) == ("received", 0)
    assert arrival.due_at > clock.now()


def test_what_no_index_takes_is_no_outage_and_waits_for_a_human() -> None:
    incompressible = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(990))
    with reading(a_letter(message_id=f"<{incompressible}>")) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    assert (arrival.outcome, arrival.reason) == ("failed", "a fault of ours")
    assert "index row size" in arrival.error


def test_after_an_outage_the_letter_comes_back() -> None:
    with reading(OSError(28, "No space left")) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    with reading(a_letter()), time_machine.travel(clock.now() + rules.AFTER_OUTAGE, tick=False):
        assert jobs.settle_forgotten() == 1
    assert Arrival.objects.get(pk=arrival.pk).outcome == "opened"


def test_a_claimed_arrival_is_nobody_elses_until_its_lease_ends() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        assert actions.claim(arrival=arrival)
        assert not actions.claim(arrival=arrival)
        assert run(arrival).outcome == "received"


def test_a_letter_whose_worker_was_killed_comes_back_when_the_lease_ends() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        actions.claim(arrival=arrival)  # and dead
        with time_machine.travel(clock.now() + rules.LEASE, tick=False):
            assert jobs.settle_forgotten() == 1
    assert Arrival.objects.get(pk=arrival.pk).outcome == "opened"


def test_a_letter_whose_worker_was_seen_to_die_comes_back_with_the_next_sweep() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        actions.claim(arrival=arrival)
        Arrival.objects.update(claimed_by=0)  # a session that nobody has
        assert jobs.settle_forgotten() == 1
    assert Arrival.objects.get(pk=arrival.pk).outcome == "opened"


def test_a_letter_whose_workers_die_again_and_again_waits_for_its_lease() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        actions.claim(arrival=arrival)
        Arrival.objects.update(claimed_by=0, tries=rules.SUSPECT_TRIES)
        assert jobs.settle_forgotten() == 0


def test_a_letter_that_somebody_alive_reads_is_left_to_them(other_session: Connection) -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        actions.claim(arrival=arrival)
        assert Arrival.objects.get(pk=arrival.pk).claimed_by is not None
        Arrival.objects.update(claimed_by=other_session.info.backend_pid)
        assert jobs.settle_forgotten() == 0


def test_what_was_put_off_waits_though_nobody_is_at_work_on_it() -> None:
    with reading(OSError(28, "No space left")) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
        assert jobs.settle_forgotten() == 0
    assert (arrival.claimed_by, arrival.tries) == (None, 0)


def test_a_letter_that_kills_each_worker_waits_for_a_human() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        for number in range(rules.MAX_TRIES):
            with time_machine.travel(clock.now() + number * rules.LEASE, tick=False):
                assert actions.claim(arrival=arrival)  # and dead
        with time_machine.travel(clock.now() + rules.MAX_TRIES * rules.LEASE, tick=False):
            jobs.settle(arrival.pk)
    arrival.refresh_from_db()
    assert (arrival.outcome, arrival.reason) == ("failed", "each try ended a worker")


def test_one_bad_letter_does_not_hold_up_the_next() -> None:
    with reading(Unreadable("no")) as door:
        actions.accept(door=door, raw=b"1")
        assert jobs.settle_forgotten() == 1
    with reading(a_letter()):
        second = actions.accept(door=door, raw=b"2")
        assert jobs.settle_forgotten() == 1
    second.refresh_from_db()
    assert second.outcome == "opened"


def test_a_slow_worker_whose_lease_ran_out_does_not_settle_twice() -> None:
    with reading(a_letter()) as door:
        arrival = actions.accept(door=door, raw=b"1")
        actions.claim(arrival=arrival)
        with time_machine.travel(clock.now() + rules.LEASE + timedelta(seconds=1), tick=False):
            run(arrival)
        actions.settle(arrival=arrival, letter=a_letter())
    assert Ticket.objects.count() == 1


def test_a_slow_failure_does_not_undo_another_workers_outcome() -> None:
    with reading(a_letter()) as door:
        arrival = run(actions.accept(door=door, raw=b"1"))
    actions.fail(arrival=arrival, reason="late", error="")
    actions.put_off(arrival=arrival)
    arrival.refresh_from_db()
    assert (arrival.outcome, arrival.reason) == ("opened", "answers nothing of ours")


def test_an_arrival_that_is_gone_is_no_trouble() -> None:
    jobs.settle(0)
