"""The log of an outage: one line a part, not a page from each thread that met it."""

import errno
import logging
import time
from collections.abc import Iterator
from typing import cast

import psycopg

PAUSE = 30.0  # seconds until the same part says the same again
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Of PostgreSQL: connection lost, no resources (a full disk, too many connections), shutting down.
AWAY = ("08", "53", "57P")


class OneLine(logging.Filter):
    """What is logged because the database or the disk is away loses its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        outage = find_outage(_errors_of(record))
        if outage is None:
            return True
        said, now = (record.name, record.msg), time.monotonic()
        if now - self._said.get(said, -PAUSE) < PAUSE:
            return False
        self._said[said] = now
        text, reason = (str(one).strip().split("\n")[0] for one in (record.getMessage(), outage))
        record.msg, record.args = text if reason in text else f"{text} ({reason})", ()
        record.exc_info = record.exc_text = None
        return True


def find_outage(errors: Iterator[BaseException]) -> BaseException | None:
    """The first of them that says that the database or the disk is away."""
    return next(filter(_is_outage, errors), None)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and what its group holds."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in cast("BaseExceptionGroup[BaseException]", error).exceptions:
                yield from causes(one)
        error = error.__cause__ or error.__context__


def _errors_of(record: logging.LogRecord) -> Iterator[BaseException]:
    if record.exc_info:
        yield from causes(record.exc_info[1])
    for argument in record.args if isinstance(record.args, tuple) else ():
        if isinstance(argument, BaseException):
            yield from causes(argument)


def is_disk_full(error: BaseException) -> bool:
    """Ours, or the database's."""
    return isinstance(error, psycopg.errors.DiskFull) or (
        isinstance(error, OSError) and error.errno in NO_ROOM
    )


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return error.sqlstate is None or error.sqlstate.startswith(AWAY)
    return is_disk_full(error)
