"""What can be woken, and what is looked after by itself; filled by opora.config.wiring."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

QUICK = "quick"  # busy with our own processor and database
SLOW = "slow"  # mostly waits for somebody else's server


@dataclass(frozen=True)
class Job:
    """Looks at one row. Safe to run twice, and to be forgotten: a sweep finds the row again."""

    run: Callable[..., object]
    queue: str = QUICK


@dataclass(frozen=True)
class Sweep:
    """Finds rows that are due and that nobody was woken for. Several may run at once."""

    run: Callable[[], object]
    every: timedelta


jobs: dict[str, Job] = {}
sweeps: list[Sweep] = []
