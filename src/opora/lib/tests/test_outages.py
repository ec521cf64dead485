import errno
import logging

import psycopg
import pytest

from opora.lib.outages import OneLine

AWAY = psycopg.OperationalError("connection failed: Connection refused\n\tIs it running?")


def logged(error: BaseException, text: str = "arrival %s waits", by: OneLine | None = None) -> str:
    """What stands in the log; empty: nothing."""
    record = logging.LogRecord("part", logging.ERROR, "", 0, text, (7,), (type(error), error, None))
    is_said = (by or OneLine()).filter(record)
    return logging.Formatter().format(record) if is_said else ""


def caused(cause: BaseException) -> BaseException:
    error = RuntimeError("what it became on its way up")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("error", [AWAY, caused(AWAY), ExceptionGroup("of tasks", [AWAY])])
def test_a_database_that_is_away_is_one_line_with_the_reason(error: BaseException) -> None:
    assert logged(error) == "arrival 7 waits (connection failed: Connection refused)"


def test_a_full_disk_is_one_line() -> None:
    said = logged(OSError(errno.ENOSPC, "No space left"))
    assert said == "arrival 7 waits ([Errno 28] No space left)"


def test_the_same_again_is_not_said_for_a_while() -> None:
    log = OneLine()
    assert logged(AWAY, by=log)
    assert not logged(AWAY, by=log)
    assert logged(AWAY, "something else, of %s", by=log)


def test_a_pool_that_names_the_error_by_itself_is_one_line() -> None:
    record = logging.LogRecord("pool", logging.WARNING, "", 0, "connecting: %s", (AWAY,), None)
    assert OneLine().filter(record)
    assert record.getMessage() == "connecting: connection failed: Connection refused"


@pytest.mark.parametrize(
    "error", [KeyError("bug"), psycopg.errors.DeadlockDetected("two of ours"), OSError(13, "No")]
)
def test_any_other_fault_keeps_its_whole_story(error: BaseException) -> None:
    assert len(logged(error).splitlines()) > 1
