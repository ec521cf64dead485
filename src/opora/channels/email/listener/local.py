"""The Unix socket for programs of our own account: where it is, made and reached.

Plain Python, since `opora intake` runs once a letter.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_NAME = 100  # of 107 bytes; a longer way is taken through the folder's descriptor


def socket_path(run: Path) -> Path:
    return run / "lmtp.sock"


def connect(path: Path, timeout: float) -> socket.socket:
    """Raises OSError: FileNotFoundError and ConnectionRefusedError when nobody listens."""
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(timeout)
    try:
        with _short(path) as name:
            link.connect(name)
    except OSError:
        link.close()
        raise
    return link


def bind(path: Path) -> socket.socket:
    """Of mode 0600. A socket file that a killed listener left behind is replaced; see `own`."""
    bound = socket.socket(socket.AF_UNIX)
    path.unlink(missing_ok=True)
    before = os.umask(0o177)  # chmod would come after somebody could have connected
    try:
        with _short(path) as name:
            bound.bind(name)
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(before)
    return bound


def own(run: Path) -> int:
    """Be the only listener of this home, until the descriptor is closed or we die.

    Raises BlockingIOError when there is one.
    """
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(run / "mail.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


@contextmanager
def _short(path: Path) -> Iterator[str]:
    if len(os.fsencode(path)) <= MAX_NAME:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
