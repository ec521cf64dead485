"""Children that never outlive us: each in a group of its own, killed by the kernel when we die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from opora.lib.lifeline import die_with_parent

Pause = Callable[[float], None]  # seconds; may raise to break off what waits


@dataclass(frozen=True)
class Account:
    """An unprivileged user that root starts a program as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Surroundings:
    """Where and as whom a child runs; None leaves what we have ourselves."""

    folder: Path | None = None
    account: Account | None = None
    variables: dict[str, str] | None = None
    source: IO[bytes] | None = None  # its stdin; None: nothing to read
    result: IO[bytes] | None = None  # its stdout alone
    output: IO[bytes] | None = None  # its stdout and stderr; None: our stderr
    death: signal.Signals = signal.SIGKILL  # what it gets when we die


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    born: float = field(default_factory=time.monotonic)

    def has_ended(self) -> bool:
        """True when it ended; it stays a zombie, so that its group's number stays its own."""
        if self.process.returncode is not None:
            return True
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, flags) is not None

    def bury(self) -> str:
        """Kill what is left of its group and say how it ended."""
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def wait(self, patience: float) -> bool:
        """Wait at most `patience` seconds for its end."""
        limit = time.monotonic() + patience
        while not self.has_ended():
            if time.monotonic() >= limit:
                return False
            time.sleep(0.01)
        return True

    def stop(self, patience: float, wish: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, wait `patience` seconds, and kill it with its whole group."""
        if not self.has_ended():
            self.process.send_signal(wish)
            self.wait(patience)
        self.bury()


def opora(command: str) -> list[str]:
    """The words that run another `opora` command with this very Python."""
    return [sys.executable, "-P", "-m", "opora.cli", command]


def spawn(name: str, words: Sequence[str | Path], around: Surroundings | None = None) -> Child:
    """Start a program; raises OSError when it cannot be run at all."""
    around = around or Surroundings()
    account, parent = around.account, os.getpid()

    def prepare() -> None:  # in the child, after it became `account`: that clears the lifeline
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        die_with_parent(parent, around.death)

    process = subprocess.Popen(  # noqa: S603  our own programs and words
        words,
        cwd=around.folder,
        env=around.variables,
        stdin=around.source or subprocess.DEVNULL,
        stdout=around.result or around.output or sys.stderr,
        stderr=around.output or sys.stderr,
        process_group=0,  # Ctrl-C at the terminal reaches us alone, and we stop them in order
        preexec_fn=prepare,  # noqa: PLW1509  we have no threads
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return Child(name, process)
