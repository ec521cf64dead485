"""A channel for tests: its letters are ready-made, and what its door gets is only their name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opora.doors.models import Door
from opora.intake import actions, jobs
from opora.intake.models import Arrival
from opora.intake.types import Letter, readers
from tests import cast


def a_letter(**over: Any) -> Letter:
    """From Alice, to our mailbox; every letter without a Message-ID unless given one."""
    given = {
        "sender": "alice@example.org",
        "sender_name": "Alice",
        "to": ("support@demo.example",),
        "subject": "Printer is on fire",
        "text": "It smokes since this morning.",
    }
    letter = given | over
    return Letter(**({"reply_text": letter["text"]} | letter))


def came(letter: Letter, *, door: Door | None = None, raw: bytes = b"", **over: Any) -> Arrival:
    """An arrival accepted and settled with this letter."""
    arrival = actions.accept(door=door or cast.mailbox(), raw=raw or repr(letter).encode(), **over)
    return actions.settle(arrival=arrival, letter=letter)


@contextmanager
def reading(outcome: Letter | Exception) -> Iterator[Door]:
    """A door whose reader understands everything as this letter, or raises this."""

    def read(raw: bytes) -> Letter:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    readers["paper"] = read
    try:
        yield Door.objects.get_or_create(
            channel="paper", address="desk@paper.example", language="en"
        )[0]
    finally:
        del readers["paper"]


def run(arrival: Arrival) -> Arrival:
    """What the worker does when it is woken for it."""
    jobs.settle(arrival.pk)
    return Arrival.objects.get(pk=arrival.pk)
