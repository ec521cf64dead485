import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Never

import pytest
from django.db import connection, transaction

from opora.files import actions
from opora.files.models import Blob

RAW = b"It smokes."
SHA256 = hashlib.sha256(RAW).hexdigest()


class Crash(Exception):
    """Stands for a power cut: nothing after it happens."""


@contextmanager
def crashing() -> Iterator[None]:
    """Everything inside happens, and then the power goes."""
    yield
    raise Crash


def files() -> list[Path]:
    return sorted(path for path in actions.path_of(SHA256).parent.glob("*"))


@pytest.mark.django_db
def test_what_is_stored_is_read_again() -> None:
    blob = actions.store(raw=RAW)
    assert (blob.sha256, blob.size, actions.read(blob)) == (SHA256, len(RAW), RAW)


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once() -> None:
    first, second, other = actions.store_many(raws=[RAW, RAW, b"other"])
    assert first == second == actions.store(raw=RAW)
    assert other != first
    assert Blob.objects.count() == 2


@pytest.mark.django_db
def test_nothing_at_all_is_bytes_too() -> None:
    assert actions.read(actions.store(raw=b"")) == b""


@pytest.mark.django_db(transaction=True)
def test_bytes_are_stored_only_with_what_refers_to_them() -> None:
    with pytest.raises(RuntimeError):
        actions.store(raw=RAW)
    assert files() == []


@pytest.mark.django_db
def test_nobody_else_may_read_them() -> None:
    blob = actions.store(raw=RAW)
    path = actions.path_of(blob.sha256)
    modes = [folder.stat().st_mode & 0o777 for folder in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]


@pytest.mark.django_db
def test_bytes_are_whole_and_synced_before_they_have_their_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        real_fsync(handle)
        done.append(f"fsync {Path(f'/proc/self/fd/{handle}').resolve().name}")

    def replace(self: Path, target: Path) -> Path:
        done.append(f"rename {self.name}")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    actions.store(raw=RAW)
    part = next(word for word in done if word.startswith("rename")).split()[1]
    order = [done.index(step) for step in (f"fsync {part}", f"rename {part}")]
    assert order == sorted(order)
    assert done[-1] == f"fsync {SHA256[:2]}"


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_writing_and_naming_leaves_no_row_and_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(self: Path, target: Path) -> Never:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", crash)
        with pytest.raises(Crash), transaction.atomic():
            actions.store(raw=RAW)
    assert (Blob.objects.count(), files()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_crash_before_the_commit_leaves_a_file_that_the_next_one_uses() -> None:
    with pytest.raises(Crash), transaction.atomic(), crashing():
        actions.store(raw=RAW)
    assert (Blob.objects.count(), [path.name for path in files()]) == (0, [SHA256])
    with transaction.atomic():
        assert actions.read(actions.store(raw=RAW)) == RAW


@pytest.mark.django_db
def test_a_file_cut_short_is_written_anew() -> None:
    blob = actions.store(raw=RAW)
    actions.path_of(SHA256).write_bytes(RAW[:3])
    actions.store(raw=RAW)
    assert actions.read(blob) == RAW


@pytest.mark.django_db(transaction=True)
def test_many_at_once_store_the_same_bytes() -> None:
    def store(_: int) -> int:
        try:
            with transaction.atomic():
                return actions.store_many(raws=[RAW, b"other"])[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(store, range(12)))) == 1
    assert [path.name for path in files()] == [SHA256]


def test_folders_are_made_once(tmp_path: Path) -> None:
    actions.prepare()
    assert len(list((tmp_path / "blobs").iterdir())) == 256
    assert (tmp_path / "blobs").stat().st_mode & 0o777 == 0o700
    actions.prepare()
