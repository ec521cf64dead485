"""Reads a letter in a child process, so that no letter can hang, bloat or kill a worker.

What happens to the child                  | we
it answers                                 | the letter, or Unreadable with what it says
it uses up the time or memory of a letter  | Unreadable
it is silent for longer than we wait       | kill it; Unreadable
it dies otherwise (a crash, the OOM killer)| try once more with a new one; then Unreadable
it cannot be started                       | OSError: no fault of the letter, which is put off

One child a thread, since the kernel ends a child with the thread that started it; it stays for the
next letter, and is not inherited by a fork.
"""

import errno
import json
import os
import signal
import socket
import sys
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass

from opora.channels.email.read import wire
from opora.intake.types import Letter
from opora.lib.errors import Unreadable

MODULE = "opora.channels.email.read.child"
# Of our environment the child gets these: settings and secrets are not for who reads hostile mail.
VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")
TRIES = 2


@dataclass(frozen=True)
class Limits:
    seconds: int = 20  # of processor time, for one letter
    patience: float = 60.0  # seconds that we wait, however busy the machine is
    start: float = 60.0  # seconds until a new child is ready
    memory: int = 1 << 30  # bytes of address space


class _Died(Exception):
    """The child ended before it answered; the text says how."""


def read_bounded(raw: bytes) -> Letter:
    """Understand the bytes. Raises Unreadable for the letter's fault, OSError for ours."""
    return _reader.read(raw)


class BoundedReader:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._mine = threading.local()

    def read(self, raw: bytes) -> Letter:
        """Raises Unreadable and OSError, see above."""
        reason = ""
        for _ in range(TRIES):
            child = self._child()
            try:
                return child.read(raw)
            except _Died as death:
                self._mine.child = None
                reason = str(death)
            except Unreadable:
                if not child.is_alive:
                    self._mine.child = None
                raise
        raise Unreadable(reason)

    def _child(self) -> "_Child":
        child: _Child | None = getattr(self._mine, "child", None)
        if child is None or child.owner != os.getpid():
            child = self._mine.child = _start(self.limits)
        return child


class _Child:
    """One child process, of the thread that made this; it ends when this is forgotten."""

    def __init__(self, pid: int, link: socket.socket, limits: Limits) -> None:
        self.pid = pid
        self.owner = os.getpid()
        self._link = link
        self._limits = limits
        self._end = weakref.finalize(self, _kill, pid, self.owner, link)

    @property
    def is_alive(self) -> bool:
        return self._end.alive

    def wait_until_ready(self) -> None:
        """Raises OSError."""
        try:
            wire.receive(self._link, 0, time.monotonic() + self._limits.start)
        except (wire.Broken, TimeoutError) as error:
            code = self._end_code()
            reason = f"the process that reads letters does not start ({_ending(code)})"
            raise OSError(errno.EAGAIN, reason) from error

    def read(self, raw: bytes) -> Letter:
        """Raises Unreadable, and _Died when there is no answer."""
        deadline = time.monotonic() + self._limits.patience
        limit = 8 * len(raw) + (64 << 20)  # of an answer: texts are cut, files only shrink
        try:
            self._link.settimeout(self._limits.patience)
            wire.send(self._link, raw)
            fields = json.loads(wire.receive(self._link, limit, deadline))
            contents = wire.receive(self._link, limit, deadline)
            if "trouble" not in fields:
                return wire.unpacked(fields, contents)
        except TimeoutError:
            self._end()
            wait = self._limits.patience
            raise Unreadable(f"reading it did not end within {wait:g} seconds") from None
        except (wire.Broken, ValueError) as error:
            raise self._death() from error
        raise Unreadable(str(fields["trouble"]))

    def _death(self) -> Exception:
        code = self._end_code()
        if code == -signal.SIGXCPU:
            seconds = self._limits.seconds
            return Unreadable(f"reading it takes more than {seconds} seconds of processor time")
        if code == wire.OUT_OF_MEMORY:
            return Unreadable(
                f"reading it takes more than {self._limits.memory >> 20} MB of memory"
            )
        return _Died(f"reading it ended the process that reads letters ({_ending(code)})")

    def _end_code(self) -> int:
        """How it ended, as subprocess counts: signals below zero."""
        _wait_for_end(self.pid, 0.5)
        code: int | None = self._end()
        return code or 0


def _kill(pid: int, owner: int, link: socket.socket) -> int:
    """Kill it, if it still lives and is ours and not our parent's; how it ended."""
    link.close()
    if owner != os.getpid():
        return 0
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return 0


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _wait_for_end(pid: int, patience: float) -> None:
    """Between the end of its stream and its end a moment passes, and the kill would hide why."""
    limit = time.monotonic() + patience
    with suppress(ChildProcessError):
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() >= limit:
                return
            time.sleep(0.002)


def _start(limits: Limits) -> _Child:
    """Raises OSError when it cannot be started."""
    link, far = socket.socketpair()
    with far:
        try:
            pid = _spawn(far, limits)
        except OSError:
            link.close()
            raise
    child = _Child(pid, link, limits)
    child.wait_until_ready()
    return child


def _spawn(far: socket.socket, limits: Limits) -> int:
    """By posix_spawn: safe beside threads; only stderr and the socket go along."""
    words = (sys.executable, "-P", "-m", MODULE)
    numbers = (str(os.getpid()), str(limits.memory), str(limits.seconds))
    return os.posix_spawn(
        sys.executable,
        (*words, *numbers),
        {name: os.environ[name] for name in VARIABLES if name in os.environ},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, far.fileno(), 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        ],
        setsigmask=(),
        setsigdef=(signal.SIGTERM, signal.SIGPIPE, signal.SIGXCPU),
    )


_reader = BoundedReader(Limits())
