"""The key that signs sessions, links and addresses of replies: made once, kept in OPORA_HOME.

Losing it signs everybody out and makes signed addresses of letters already sent unreadable, so it
belongs to every backup.
"""

import contextlib
import errno
import os
import secrets
from pathlib import Path

NAME = "secret"


def secret_key(home: Path) -> str:
    """The key of this home, made on the first call; the folder is made too. Raises OSError."""
    path = home / NAME
    if not path.exists():
        make_home(home)
        write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


def make_home(home: Path) -> None:
    """Nobody else may look into it; of root's home PostgreSQL's user must pass to its data."""
    with contextlib.suppress(FileExistsError):
        home.mkdir(parents=True)
        home.chmod(0o700 if os.geteuid() else 0o711)
    if not home.is_dir():  # a file, or a link to nowhere
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(home))


def write_once(path: Path, text: str) -> None:
    """Durably, readable by its owner alone; who comes second leaves the first one's text alone.

    A link appears whole or not at all and never replaces a file, so several processes of a first
    start may call this at once without a lock.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """A new name is durable only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
