"""The journal as the listener needs it; see `reception.Books`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections

from opora.channels.email.listener.addressing import named_addresses
from opora.channels.email.listener.reception import Told
from opora.doors import selectors as doors
from opora.doors.models import Door
from opora.intake import actions as intake


class Journal:
    def find_mailbox(self, address: str) -> Door | None:
        with _connected():
            return doors.find_mailbox(address)

    def choose_mailbox(self, raw: bytes) -> Door | None:
        with _connected():
            return choose_mailbox(raw)

    def accept(self, door: Door, raw: bytes, told: Told) -> str:
        with _connected():
            return str(intake.accept(door=door, raw=raw, envelope=dict(told)).pk)


def choose_mailbox(raw: bytes) -> Door | None:
    """By whom the letter's head names, else the first; None only when there is none."""
    found = (doors.find_mailbox(address) for address in named_addresses(raw))
    return next(filter(None, found), None) or doors.first_mailbox()


@contextmanager
def _connected() -> Iterator[None]:
    """A connection that broke is not used again; asking before each letter would cost as much."""
    try:
        yield
    except Exception:
        close_old_connections()
        raise
