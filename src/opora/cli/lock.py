"""One at a time: whoever runs this home's database holds a lock that dies with the process."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opora.cli import Stopped
from opora.lib.secret import make_home

RESTORING = "restoring"  # a file of the home while `opora restore` puts things in their places
PATIENCE = 1.0  # seconds; a killed holder's children may take a moment to go


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold it; raises Stopped (75) when another process does. A stale file is no lock."""
    descriptor = open_lock(home)
    try:
        limit = time.monotonic() + PATIENCE
        while not try_lock(descriptor):
            if time.monotonic() > limit:
                holder = os.pread(descriptor, 20, 0).decode() or "?"
                raise Stopped(
                    f"Opora already runs in {home} (process {holder}): stop it first, or set"
                    " OPORA_HOME to another folder.",
                    os.EX_TEMPFAIL,
                )
            time.sleep(0.02)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def open_lock(home: Path) -> int:
    make_home(home)
    run = home / "run"
    run.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    return os.open(run / "lock", os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(home: Path) -> bool:
    """Somebody runs this home; asking makes nothing, not even the file."""
    try:
        descriptor = os.open(home / "run" / "lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


def refuse_half_restored(home: Path) -> None:
    """Raises Stopped (78): half of one system and half of another would be worse than none."""
    if (home / RESTORING).exists():
        raise Stopped(
            f"A restore into {home} was cut short: run `opora restore FILE` again.", os.EX_CONFIG
        )
