"""Keeps parts running: each restarted with back-off, five deaths in a minute end them all."""

import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from opora.cli import Stopped, say
from opora.cli.children import Child
from opora.lib.lifeline import adopt_orphans

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCHED = {*ENDING, signal.SIGCHLD}
DEATHS, WITHIN = 5, 60.0  # so many in so many seconds, and we give up
BACKOFF = 0.2  # seconds before the first restart, doubled with each further death in a minute
TICK = 1.0  # seconds; orphans tell nobody that they became ours
FULL = 16_000_000  # bytes free: with less PostgreSQL cannot repair its data, and is not to blame


class AskedToStop(Exception):
    """Somebody sent SIGINT, SIGTERM or SIGHUP."""


@dataclass
class Part:
    name: str
    start: Callable[[], Child]
    stop: Callable[[Child], None]
    child: Child | None = None
    due: float = 0.0  # monotonic; when to start it again
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))

    def begin(self) -> Child:
        self.child = self.start()
        return self.child

    def end(self) -> None:
        if self.child is not None:
            self.stop(self.child)
            self.child = None


def watch_signals() -> None:
    """From here on signals wait until `pause` takes them, one at a time, between our steps."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    adopt_orphans()


def pause(seconds: float) -> None:
    """Until a child ends, at most so long; raises AskedToStop."""
    caught = signal.sigtimedwait(WATCHED, seconds)
    if caught is not None and caught.si_signo in ENDING:
        raise AskedToStop


class Supervisor:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.parts: list[Part] = []
        self._told_full = False

    def begin(self, part: Part) -> Child:
        self.parts.append(part)
        return part.begin()

    def tend(self) -> None:
        """One round: bury who died, start who is due, end strays. Raises Stopped."""
        for part in self.parts:
            if part.child is not None and part.child.has_ended():
                ending, code = part.child.bury(), part.child.process.returncode
                part.child = None
                if code == os.EX_CONFIG:
                    raise Stopped(f"{part.name} has said above what is set wrong.", code)
                self._mourn(part, ending)
            if part.child is None and time.monotonic() >= part.due:
                part.begin()
        end_strays([part.child for part in self.parts if part.child is not None])

    def wait(self) -> None:
        due = [part.due - time.monotonic() for part in self.parts if part.child is None]
        pause(max(0.0, min([TICK, *due])))

    def end(self) -> None:
        """In reverse order, each within its own patience."""
        for part in reversed(self.parts):
            part.end()
        end_strays([])

    def _mourn(self, part: Part, ending: str) -> None:
        now = time.monotonic()
        if shutil.disk_usage(self.home).free < FULL:
            if not self._told_full:
                say(f"{part.name} ended ({ending}): the disk of {self.home} is full; waiting.")
            self._told_full = True
            part.due = now + 5
            return
        self._told_full = False
        part.deaths.append(now)
        if len(part.deaths) == DEATHS and now - part.deaths[0] < WITHIN:
            raise Stopped(
                f"{part.name} ended {DEATHS} times within a minute, now with {ending}: Opora stops"
                " here; the reason is in the messages above."
            )
        recent = sum(now - death < WITHIN for death in part.deaths)
        part.due = now + BACKOFF * 2 ** (recent - 1)
        say(f"{part.name} ended ({ending}); starting it again.")


def end_strays(ours: Sequence[Child]) -> None:
    """Kill processes that became ours when a child of ours left them behind."""
    known = {child.process.pid for child in ours}
    for pid in _children():
        if pid not in known:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, os.WNOHANG)  # what is not gone at once is met again


def _children() -> list[int]:
    try:
        return [
            int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        ]
    except FileNotFoundError:  # no /proc: groups and lifelines must do
        return []
