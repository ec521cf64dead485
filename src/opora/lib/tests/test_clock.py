from datetime import timedelta
from threading import Thread

import pytest

from opora.lib import clock


def test_inside_it_is_that_moment_and_afterwards_now_again() -> None:
    before = clock.now()
    with clock.as_of(before - timedelta(days=3)):
        with clock.as_of(before - timedelta(days=2)):
            assert clock.now() == before - timedelta(days=2)
        assert clock.now() == before - timedelta(days=3)
    assert clock.now() >= before


def test_nothing_has_happened_in_the_future() -> None:
    with pytest.raises(ValueError, match="to come"), clock.as_of(clock.now() + timedelta(hours=1)):
        raise AssertionError("unreachable")


def test_other_threads_live_on() -> None:
    told = []
    with clock.as_of(clock.now() - timedelta(days=3)):
        thread = Thread(target=lambda: told.append(clock.now()))
        thread.start()
        thread.join()
    assert clock.now() - told[0] < timedelta(hours=1)
