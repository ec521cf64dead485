"""Tries a mailbox's two ways, out and in, and says of each step how it went. Sends no letter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from opora.channels.email.dialogue import OPENING, TROUBLE, Dialogue, Envelope, Step, words_of
from opora.doors.models import OutgoingServer
from opora.lib import addresses
from opora.lib.environment import Endpoint
from opora.lib.errors import DeliveryFailed

PATIENCE = 10.0  # seconds; somebody sits before the page
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  what listens there answers here


class Outcome(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"  # not asked for, or an earlier step failed


@dataclass(frozen=True)
class StepTaken:
    step: Step
    outcome: Outcome
    said: str = ""  # by the far side, or what went wrong


Act = Callable[[Dialogue], str | None]


def check_sending(server: OutgoingServer, *, address: str) -> tuple[StepTaken, ...]:
    """Whether the server, saved or not, would take letters from this mailbox."""
    return _check(server, Envelope(_wire(address), _wire(address)))


def check_receiving(listener: Endpoint, *, address: str) -> tuple[StepTaken, ...]:
    """Whether our own listener answers and takes letters for this mailbox.

    That letters from outside are led to it is the business of the domain's MX record or of the
    company's mail server: that cannot be seen from here.
    """
    here = OutgoingServer(
        host=EVERYWHERE.get(listener.host, listener.host),
        port=listener.port,
        security=OutgoingServer.Security.NONE,
    )
    return _check(here, Envelope("", _wire(address)))


def _check(server: OutgoingServer, envelope: Envelope) -> tuple[StepTaken, ...]:
    dialogue = Dialogue(server, hello=_hello(envelope), patience=PATIENCE)
    last: tuple[Step, Act] = (Step.ENVELOPE, partial(_try_envelope, envelope=envelope))
    try:
        return _take(dialogue, (*OPENING, last))
    finally:
        dialogue.leave()


def _take(dialogue: Dialogue, steps: Sequence[tuple[Step, Act]]) -> tuple[StepTaken, ...]:
    taken: list[StepTaken] = []
    for number, (step, act) in enumerate(steps):
        try:
            said = act(dialogue)
        except (DeliveryFailed, *TROUBLE) as error:
            rest = (StepTaken(later, Outcome.SKIPPED) for later, _ in steps[number + 1 :])
            return (*taken, StepTaken(step, Outcome.FAILED, words_of(error)), *rest)
        taken.append(StepTaken(step, Outcome.SKIPPED if said is None else Outcome.OK, said or ""))
    return tuple(taken)


def _try_envelope(dialogue: Dialogue, *, envelope: Envelope) -> str:
    """Named, and taken back: nothing is sent."""
    said = dialogue.address(envelope)
    dialogue.rset()
    return said


def _hello(envelope: Envelope) -> str:
    return envelope.domain or envelope.recipient.rpartition("@")[2]


def _wire(address: str) -> str:
    """What cannot be written is left to the far side to refuse, in its own words."""
    try:
        return addresses.wire(address)
    except ValueError:
        return addresses.one_line(address).encode("ascii", "replace").decode()
