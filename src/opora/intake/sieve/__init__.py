"""One question a file; the first that has an answer decides. The order below is their order."""

from collections.abc import Callable

from opora.intake.sieve import (
    automatic,
    bounce,
    duplicate,
    empty,
    feedback,
    loop,
    ours,
    thread,
)
from opora.intake.types import Facts, Letter, Verdict

Question = Callable[[Letter, Facts], Verdict | None]
QUESTIONS: tuple[tuple[str, Question], ...] = (
    ("duplicate", duplicate.ask),
    ("ours", ours.ask),
    ("bounce", bounce.ask),
    ("feedback", feedback.ask),
    ("automatic", automatic.ask),
    ("loop", loop.ask),
    ("empty", empty.ask),
    ("thread", thread.ask),
)


def judge(letter: Letter, facts: Facts) -> tuple[Verdict, list[str]]:
    """The verdict, and the names of the questions that were asked, the deciding one last."""
    asked = []
    for name, ask in QUESTIONS:
        asked.append(name)
        verdict = ask(letter, facts)
        if verdict is not None:
            return verdict, asked
    raise AssertionError("the last question always has an answer")
