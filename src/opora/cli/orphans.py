"""A PostgreSQL left behind by a killed supervisor: found by the folder it works in, and stopped."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 5.0  # seconds; an immediate shutdown of PostgreSQL gives its own processes as long


def stop_orphans(data: Path) -> int:
    """Stop every `postgres` whose working folder is `data`; how many there were.

    The caller holds the lock of this home, so none of them is anybody's. What was not yet written
    to the tables is in the log, which the next start replays.
    """
    found = set(processes_in(data))
    for pid in found:
        _send(pid, signal.SIGQUIT)  # immediate shutdown
    limit = time.monotonic() + PATIENCE
    while left := set(processes_in(data)):
        if time.monotonic() > limit:
            for pid in left:
                _send(pid, signal.SIGKILL)
        time.sleep(0.02)
    return len(found)


def processes_in(data: Path) -> Iterator[int]:
    """Pids; without /proc there are none to see, and PostgreSQL's own lock file is all we have."""
    home = str(data.resolve())
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            program = (link.parent / "exe").readlink().name.removesuffix(" (deleted)")
            if program == "postgres" and str(link.readlink()) == home:
                yield int(link.parent.name)
        except OSError:  # another user's, or gone meanwhile
            continue


def _send(pid: int, wish: signal.Signals) -> None:
    try:
        os.kill(pid, wish)
    except ProcessLookupError:
        return
