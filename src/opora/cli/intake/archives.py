"""Letters out of a maildir or an mbox, one after the other: never more of them in memory than one.

An mbox does not say how its lines `>From ` came about (mboxo and mboxrd differ), so the bytes stay
as they stand there: all between the line `From ` and the empty line before the next one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLANK = (b"\n", b"\r\n")
LINE = 1 << 16  # bytes; longer lines come in parts
# `From alice@example.org Fri Jul  8 12:08:34 2011`, and what others write there.
DATED = re.compile(rb"From \S.*\b\d{1,2}:\d\d\b.*\b\d{4}\b|From \S.*\b\d{4}\b.*\b\d{1,2}:\d\d\b")


@dataclass(frozen=True)
class Found:
    name: str  # of the file, or the number in the archive
    raw: bytes | None = None  # None: not taken, for the reason
    reason: str = ""
    is_too_large: bool = False


class NoArchive(Exception):
    """It is not what it was called; one sentence."""


def letters_of_maildir(folder: Path, limit: int) -> Iterator[Found]:
    """By the time in their names, so that a question comes before its answer."""
    try:
        if not any((folder / part).is_dir() for part in ("new", "cur")):
            raise NoArchive(f"{folder} is no maildir: it has no folder new and no folder cur.")
        paths = [path for part in ("new", "cur") for path in _files(folder / part)]
    except OSError as error:
        raise NoArchive(f"{error.filename}: {error.strerror}.") from None
    for path in sorted(paths, key=_moment):
        yield _read(path, folder, limit)


def letters_of_mbox(path: Path, limit: int) -> Iterator[Found]:
    try:
        with path.open("rb") as file:
            lines = iter(lambda: file.readline(LINE), b"")
            for number, raw in enumerate(_split(lines, path, limit), start=1):
                yield _checked(f"letter {number}", raw, limit)
    except OSError as error:
        raise NoArchive(f"{path}: {error.strerror}.") from None


def _split(lines: Iterator[bytes], path: Path, limit: int) -> Iterator[bytes]:
    """The bytes of each letter, of one too large only its beginning.

    A dated line `From ` begins a letter wherever it stands: rather two letters of one than two
    requests in one. Without dates (some programs) only an empty line before it tells.
    """
    first = next(lines, b"")
    if first and not first.startswith(b"From "):
        raise NoArchive(f"{path} is no mbox: it does not begin with a line `From `.")
    begins = DATED.match if DATED.match(first) else re.compile(rb"From \S").match
    letter, is_dated, at_start, is_after_blank = bytearray(), begins == DATED.match, True, False
    for line in lines:
        if at_start and line.startswith(b"From ") and (is_dated or is_after_blank) and begins(line):
            yield _without_separator(letter)
            letter, is_after_blank = bytearray(), False
        else:
            if len(letter) <= limit:
                letter += line
            is_after_blank = at_start and line in BLANK
        at_start = line.endswith(b"\n")
    if first:
        yield _without_separator(letter)


def _without_separator(letter: bytearray) -> bytes:
    """The empty line after a letter belongs to the mbox; an empty line of its own stays."""
    for blank in (b"\r\n", b"\n"):
        if letter.endswith(b"\n" + blank) or bytes(letter[:3]) == blank:
            return bytes(letter[: -len(blank)])
    return bytes(letter)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.name[0] != "." and path.is_file())


def _moment(path: Path) -> tuple[int, str]:
    seconds = re.match(r"\d{1,12}", path.name)
    return int(seconds[0]) if seconds else 0, path.name


def _read(path: Path, folder: Path, limit: int) -> Found:
    name = str(path.relative_to(folder))
    try:
        with _found_again(path, folder).open("rb") as file:
            return _checked(name, file.read(limit + 1), limit)
    except OSError as error:
        return Found(name, reason=error.strerror or str(error))


def _found_again(path: Path, folder: Path) -> Path:
    """Somebody who reads the mail meanwhile moves it from new to cur, or changes its flags."""
    if path.exists():
        return path
    unique = path.name.partition(":")[0]
    moved = [found for found in _files(folder / "cur") if found.name.partition(":")[0] == unique]
    return moved[0] if moved else path


def _checked(name: str, raw: bytes, limit: int) -> Found:
    if len(raw) > limit:
        reason = f"larger than OPORA_MAX_LETTER ({limit} bytes)"
        return Found(name, reason=reason, is_too_large=True)
    return Found(name, raw)
