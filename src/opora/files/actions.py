import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError

from opora.files import selectors
from opora.files.models import Blob, Erasure
from opora.lib import clock

ORPHAN_AGE = timedelta(days=1)
SWEEP_LOCK = 0x737765657073  # "sweeps"; any number, always the same one


def store(*, raw: bytes) -> Blob:
    """Put bytes where a power cut cannot take them. See store_many."""
    return store_many(raws=[raw])[0]


def store_many(*, raws: Sequence[bytes]) -> list[Blob]:
    """Put bytes on the disk and their rows into the caller's transaction.

    Call inside the transaction that refers to the blobs. Its commit makes all of it true at once:
    a committed row never points to an empty file. The row comes first, because the lock on its
    hash keeps the sweep of orphans away until the commit; the file is whole and synced before this
    returns. Not through Django's FileSystemStorage: it never fsyncs.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("store inside the transaction that refers to the bytes")
    hashes = [hashlib.sha256(raw).hexdigest() for raw in raws]
    sizes = dict(zip(hashes, map(len, raws), strict=True))
    now = clock.now()
    # In the order of their hashes, so that two transactions cannot wait for each other.
    blobs = Blob.objects.bulk_create(
        [Blob(sha256=sha256, size=sizes[sha256], stored_at=now) for sha256 in sorted(sizes)],
        update_conflicts=True,
        unique_fields=["sha256"],
        update_fields=["stored_at"],
    )
    for sha256, raw in zip(hashes, raws, strict=True):
        if not _is_whole(sha256, len(raw)):
            _write(path_of(sha256), raw)
    # Also of those another process wrote: its rename may not be on the disk yet.
    for folder in {path_of(sha256).parent for sha256 in hashes}:
        _fsync(folder)
    by_hash = {blob.sha256: blob for blob in blobs}
    return [by_hash[sha256] for sha256 in hashes]


def read(blob: Blob) -> bytes:
    return path_of(blob.sha256).read_bytes()


def path_of(sha256: str) -> Path:
    return Path(settings.BLOBS) / sha256[:2] / sha256


def prepare() -> None:
    """Make the folders once, so that storing need not sync their parents."""
    root = Path(settings.BLOBS)
    for number in range(256):
        _make_folder(root / f"{number:02x}")
    _fsync(root)
    _fsync(root.parent)


def erase(*, actor_id: int, blob: Blob, reason: str) -> Erasure:
    """Note that a reference to these bytes is erased; the caller turns its reference to the act.

    The bytes go with the sweep, when nothing else refers to them.
    """
    return Erasure.objects.create(
        sha256=blob.sha256, size=blob.size, actor_id=actor_id, reason=reason, at=clock.now()
    )


def sweep() -> int:
    """Delete what rolled-back work and erasures left behind; return how many files went."""
    old = clock.now() - ORPHAN_AGE
    with _nobody_keeps() as may_delete:
        if not may_delete:
            return 0
        swept = sum(_drop(blob) for blob in selectors.orphans(old).iterator())
        return swept + sum(_drop_file(path) for path in _old_files(old.timestamp()))


@contextmanager
def keep_all() -> Iterator[None]:
    """Until the end no sweep deletes anything: a backup copies the files its snapshot tells of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [SWEEP_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [SWEEP_LOCK])


@contextmanager
def _nobody_keeps() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        (is_ours,) = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def _drop(blob: Blob) -> bool:
    try:
        with transaction.atomic():
            Blob.objects.select_for_update().get(id=blob.pk)
            blob.delete()
            path_of(blob.sha256).unlink(missing_ok=True)
    except (Blob.DoesNotExist, ProtectedError, RestrictedError):
        return False  # somebody was faster, or refers to it again
    return True


def _old_files(before: float) -> Iterable[Path]:
    for path in Path(settings.BLOBS).glob("??/*"):
        if path.stat().st_mtime < before:
            yield path


def _drop_file(path: Path) -> bool:
    """Delete a file without a row. Holding the hash in the unique index keeps `store` waiting."""
    if path.suffix != ".part" and Blob.objects.filter(sha256=path.name).exists():
        return False
    with transaction.atomic():
        placed = Blob.objects.bulk_create(
            [Blob(sha256=path.name[:64], size=0, stored_at=clock.now())], ignore_conflicts=True
        )
        is_orphan = Blob.objects.filter(sha256=path.name[:64], size=0).exists() and bool(placed)
        if is_orphan:
            path.unlink(missing_ok=True)
        transaction.set_rollback(True)
    return is_orphan


def _is_whole(sha256: str, size: int) -> bool:
    try:
        return path_of(sha256).stat().st_size == size
    except FileNotFoundError:
        return False


def _write(path: Path, raw: bytes) -> None:
    if not path.parent.exists():
        _make_folder(path.parent)
        _fsync(path.parent.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")  # of mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Nobody else may look into it, nor into the one above: mkdir gives its mode to the last."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _fsync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
