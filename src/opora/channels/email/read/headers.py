"""The header block: found, cut into fields and unfolded, whatever its line ends and wounds."""

import re
from collections.abc import Iterator

MAX_BLOCK = 4_000_000  # bytes of one header block that are looked at
MAX_VALUE = 20_000  # characters of one field
MAX_FIELDS = 2_000
FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)
LINE = re.compile(rb"[^\r\n]*(?:\r\r\n|\r\n|\n|\r|\Z)")
ENVELOPE = re.compile(rb">?From \S+.{0,200}\d|\A>From ")
# A block that begins with none of these is not believed to be one.
FOLD = re.compile(rb"[\r\n]+[ \t]+")


class Headers:
    """Fields in their order; names in lower case, values as Latin-1 text, one character a byte."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self.fields = fields

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)

    def __bool__(self) -> bool:
        return bool(self.fields)


def split(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The header block that begins at `start`, and where the body begins."""
    end = len(raw) if end is None else end
    fields: list[bytearray] = []
    body = end
    position = _after_blank_lines(raw, start, end)
    limit = min(end, position + MAX_BLOCK)
    for line, next_position in _lines(raw, position, limit):
        text = line.rstrip(b"\r\n")
        if not text.strip(b" \t"):
            if text and fields and _goes_on(raw, next_position, end):
                continue  # a folded line of blanks only
            body = next_position
            break
        if text[:1] in b" \t" and fields:
            _append(fields, text)
        elif FIELD.match(text):
            fields.append(bytearray(text))
        elif not (ENVELOPE.match(text) and not fields) and not _goes_on(raw, next_position, end):
            body = position if fields or position > start else start
            break
        position = next_position
    else:
        body = _after_long_block(raw, limit, end)
    return Headers([_field(bytes(field)) for field in fields[:MAX_FIELDS]]), body


def _append(fields: list[bytearray], text: bytes) -> None:
    if len(fields[-1]) < MAX_VALUE:
        fields[-1] += b" " + text.lstrip(b" \t")


def _lines(raw: bytes, start: int, end: int) -> Iterator[tuple[bytes, int]]:
    position = start
    while position < end:
        match = LINE.match(raw, position, end)
        if match is None or match.end() == position:
            return
        yield match[0], match.end()
        position = match.end()


def _after_blank_lines(raw: bytes, start: int, end: int) -> int:
    """Leading blank lines are skipped if a header follows them: some pipes put one there."""
    match = re.compile(rb"[\r\n \t]*").match(raw, start, min(end, start + 1000))
    position = match.end() if match else start
    if position == start:
        return start
    return position if _starts_block(raw, position, end) else start


def _starts_block(raw: bytes, position: int, end: int) -> bool:
    line = LINE.match(raw, position, min(end, position + 1000))
    found = FIELD.match(line[0]) if line else None
    return bool(found) and b" " not in (found[1] if found else b"")


def _goes_on(raw: bytes, position: int, end: int) -> bool:
    """After a line that is no field the block goes on if the next line is one that mail knows."""
    line = LINE.match(raw, position, min(end, position + 2000))
    return bool(line and KNOWN.match(line[0]))


KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|reply-to|sender"
    rb"|content-[a-z-]+|x-[a-z0-9-]+|references|in-reply-to|delivered-to|list-[a-z-]+"
    rb"|dkim-signature|arc-[a-z-]+|authentication-results|auto-submitted|precedence|thread-[a-z]+)"
    rb"[ \t]*:",
    re.IGNORECASE,
)


def _after_long_block(raw: bytes, limit: int, end: int) -> int:
    if limit >= end:
        return end
    blank = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r").search(raw, limit, end)
    return blank.end() if blank else end


def _field(field: bytes) -> tuple[str, str]:
    match = FIELD.match(field[:MAX_VALUE])
    if match is None:
        return "", ""
    return match[1].decode("latin-1").lower(), match[2].decode("latin-1").strip()
