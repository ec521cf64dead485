"""The file that `opora backup` writes and `opora restore` reads: a tar, plain or gzipped.

In this order: `opora.json` (what it is), `database` (pg_dump -Fc), `secret`, `blobs/ab/abcd...`,
and `end.json` (how many files): without the end it was cut short.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from opora.cli import Stopped
from opora.lib.secret import sync_folder

FORMAT = 1
HEAD, DATABASE, SECRET, END = "opora.json", "database", "secret", "end.json"
BLOB = re.compile(r"blobs/[0-9a-f]{2}/([0-9a-f]{64})")
COPIED = 1 << 20  # bytes at a time


class Writer:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._blobs = 0

    def head(self, said: dict[str, Any]) -> None:
        self._note(HEAD, {"format": FORMAT, **said})

    def file(self, name: str, path: Path) -> None:
        """Raises OSError when it cannot be read; what is being read may not change."""
        with path.open("rb") as file:
            self._add(name, os.fstat(file.fileno()).st_size, file)

    def blob(self, sha256: str, path: Path) -> None:
        self.file(f"blobs/{sha256[:2]}/{sha256}", path)
        self._blobs += 1

    def end(self) -> None:
        self._note(END, {"blobs": self._blobs})

    def _note(self, name: str, said: dict[str, Any]) -> None:
        raw = json.dumps(said, indent=1).encode()
        self._add(name, len(raw), io.BytesIO(raw))

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(time.time())
        self._tar.addfile(member, file)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Under its name only when it is whole and on the disk; an earlier file stays until then."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # of mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with _compressed(path, file) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
                writer = Writer(tar)
                yield writer
                writer.end()
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _compressed(path: Path, file: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.suffix not in (".gz", ".tgz"):
        yield file
        return
    with gzip.GzipFile("", "wb", 6, file) as stream:
        yield stream  # type: ignore[misc]  # it is no IO, but writes


class Damaged(Stopped):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} cannot be restored: {reason}. Nothing was changed.", os.EX_DATAERR
        )


def unpack(path: Path, into: Path) -> dict[str, Any]:
    """Its head; its files under `into`, checked: database, secret and blobs. Raises Damaged."""
    try:
        with tarfile.open(path, "r|*") as tar:
            return _unpack(path, tar, into)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, ValueError, KeyError) as error:
        raise Damaged(path, f"it is no backup of Opora, or a damaged one ({error})") from None


def _unpack(path: Path, tar: tarfile.TarFile, into: Path) -> dict[str, Any]:
    members = iter(tar)
    head = _read_note(tar, next(members, None), HEAD)
    if head["format"] != FORMAT:
        raise Damaged(path, "it was made by a newer Opora")
    blobs = 0
    for member in members:
        if member.name == END:
            if _read_note(tar, member, END)["blobs"] != blobs:
                raise Damaged(path, "files are missing in it")
            return head
        blobs += _extract(path, tar, member, into)
    raise Damaged(path, "its end is missing")


def _read_note(tar: tarfile.TarFile, member: tarfile.TarInfo | None, name: str) -> dict[str, Any]:
    content = tar.extractfile(member) if member and member.name == name else None
    if content is None:
        raise ValueError(f"{name} is missing")
    said = json.load(content)
    if not isinstance(said, dict):
        raise ValueError(f"{name} says nothing")
    return said


def _extract(path: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> bool:
    """True for a blob. Only names we write ourselves: nothing leaves `into`."""
    blob = BLOB.fullmatch(member.name)
    if blob is None and member.name not in (DATABASE, SECRET):
        raise ValueError(f"{member.name!r} does not belong there")
    content = tar.extractfile(member)
    if content is None:
        raise ValueError(f"{member.name!r} is no file")
    target = into / member.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = _copy(content, target)
    if blob is not None and found != blob[1]:
        raise Damaged(path, f"the bytes of {member.name} have changed")
    return blob is not None


def _copy(source: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        while piece := source.read(COPIED):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
