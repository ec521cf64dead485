"""How an arrival was understood, step by step, as the page tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from opora.intake.models import Arrival
from opora.intake.sieve import QUESTIONS

Outcome = Arrival.Outcome
NAMES = {
    "duplicate": pgettext_lazy("sieve", "Did it come before?"),
    "ours": pgettext_lazy("sieve", "Did we write it?"),
    "bounce": pgettext_lazy("sieve", "Is it a letter of ours that came back?"),
    "feedback": pgettext_lazy("sieve", "Is it a report about a letter?"),
    "automatic": pgettext_lazy("sieve", "Did a machine answer?"),
    "loop": pgettext_lazy("sieve", "Is the sender a mailbox of ours?"),
    "empty": pgettext_lazy("sieve", "Is it empty?"),
    "thread": pgettext_lazy("sieve", "Which ticket does it answer?"),
}


@dataclass(frozen=True)
class Step:
    name: str
    state: str  # done, stopped, skipped
    answer: str = ""
    detail: str = ""
    at: datetime | None = None


def steps_of(arrival: Arrival) -> list[Step]:
    written = Step(_("Received and written down"), "done", at=arrival.received_at)
    steps = [written, _reading(arrival), *(_asked(arrival, name) for name, _ask in QUESTIONS)]
    if "hand" in arrival.steps:
        steps.append(Step(_("Made a ticket by hand"), "done", at=arrival.settled_at))
    if arrival.erasure is not None:
        steps.append(Step(_("Erased"), "done", at=arrival.erasure.at))
    return steps


def _reading(arrival: Arrival) -> Step:
    name = _("Read")
    if arrival.outcome == Outcome.FAILED:
        return Step(name, "stopped", _("failed"))
    if arrival.outcome == Outcome.RECEIVED:
        return Step(name, "skipped", _("not yet"))
    return Step(name, "done")


def _asked(arrival: Arrival, name: str) -> Step:
    """The last question that was asked is the one that decided."""
    word = str(NAMES[name])
    asked = [step for step in arrival.steps if step != "hand"]
    if name not in asked:
        return Step(word, "skipped", _("not asked"))
    return Step(word, "done", _("this decided") if name == asked[-1] else _("no"))
