"""Who is at work on a delivery: a lock of the database session, which dies with its process.

A lease alone would keep a letter for minutes after its worker was killed. PgBouncer in transaction
mode would lose such a lock: workers connect past it. Losing it early does no harm but a letter sent
twice under one Message-ID, which the delivery then says.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection


@contextmanager
def held(delivery_id: int) -> Iterator[bool]:
    """Whether it is ours until the end of the block; False: somebody is at work on it."""
    name = f"outbox.send {delivery_id}"
    is_ours = _ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(Error):  # the session is gone, and the lock with it
                _ask("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)


def _ask(query: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        return bool(cursor.fetchone()[0])
