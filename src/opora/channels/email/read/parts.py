"""The parts of a letter as byte ranges: cut by their boundaries, repaired where those are wrong.

Not `email.feedparser`: it recurses by the depth of the mail (a thousand levels end it), keeps
every line as a string (six times the letter in memory), and gives up where a boundary is
misspelt. Here nothing is copied but bytes that had to be decoded to be cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opora.channels.email.read import headers as header_blocks
from opora.channels.email.read import parameters, transfer
from opora.channels.email.read.headers import Headers
from opora.channels.email.read.parameters import Parameterised

MAX_PARTS = 1_000  # leaves and branches of one letter that are looked at
MAX_DEPTH = 40
# A line that can only be a delimiter, since the fields of a part follow it.
LOST = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?:content-[a-z-]+[ \t]*:)", re.I | re.M)


@dataclass
class Part:
    """One node: where its body lies in `source`, and what its headers say of it."""

    source: bytes
    headers: Headers
    start: int
    end: int
    kind: Parameterised
    depth: int = 0
    children: list["Part"] = field(default_factory=list)

    @property
    def media_type(self) -> str:
        return self.kind.value

    @property
    def raw(self) -> bytes:
        return self.source[self.start : self.end]

    @property
    def encoding(self) -> str:
        return self.headers.first("content-transfer-encoding").strip().lower()

    def content(self) -> bytes:
        """The bytes that were meant, transfer encoding undone."""
        return transfer.decoded(self.raw, self.encoding)

    def walk(self) -> Iterator["Part"]:
        pending = [self]
        while pending:
            part = pending.pop()
            yield part
            pending.extend(reversed(part.children))


@dataclass
class Tree:
    root: Part
    defects: list[str]


def tree_of(raw: bytes) -> Tree:
    """The whole letter as parts. Attached letters stay whole: they are files."""
    found, body = header_blocks.split(raw)
    root = Part(raw, found, body, len(raw), _kind(found, "text/plain"))
    tree = Tree(root, [] if found else ["no headers"])
    pending, count = [root], 1
    while pending:
        part = pending.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        if part.depth >= MAX_DEPTH:
            tree.defects.append("nested too deep")
            continue
        part.children = _children(part, MAX_PARTS - count, tree.defects)
        count += len(part.children)
        pending.extend(reversed(part.children))
    return tree


def _kind(headers: Headers, default: str) -> Parameterised:
    for value in headers.all("content-type"):
        kind = parameters.parsed(value)
        if kind.value or kind.parameters:
            return Parameterised(_media_type(kind.value, default), kind.parameters)
    return Parameterised(default)


def _media_type(value: str, default: str) -> str:
    if re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}", value):
        return value
    if value in {"text", "html", "plain", "message"}:  # how old and lazy programs wrote it
        return {"html": "text/html", "message": "message/rfc822"}.get(value, "text/plain")
    return default if not value else "application/octet-stream"


def _children(part: Part, room: int, defects: list[str]) -> list[Part]:
    if part.encoding in {"base64", "quoted-printable"} and not _delimiters(part):
        content = part.content()  # forbidden, and sent all the same
        part.source, part.start, part.end = content, 0, len(content)
    places = _delimiters(part) or _repaired(part, defects)
    if not places:
        defects.append("no boundary found")
        _as_leaf(part)
        return []
    children: list[Part] = []
    for place, (_, begin, is_last) in enumerate(places):
        end = places[place + 1][0] if place + 1 < len(places) else part.end
        if is_last:
            continue
        if len(children) >= room:
            defects.append("too many parts")
            break
        children.append(_child(part, begin, end))
    if not places[-1][2]:
        defects.append("cut off: no closing boundary")
    return children


def _as_leaf(part: Part) -> None:
    """A multipart without parts is the text that it holds."""
    text = re.match(rb"\s*<(?:!doctype|html|body|div|p|table)\b", part.raw[:500], re.I)
    charset = {"charset": part.kind.parameters.get("charset", "")}
    part.kind = Parameterised("text/html" if text else "text/plain", charset)


Place = tuple[int, int, bool]  # where the delimiter begins, where it ends, is it a closing one


def _delimiters(part: Part) -> list[Place]:
    boundary = part.kind.parameters.get("boundary", "").strip()
    if not boundary:
        return []
    found = _places(part, boundary)
    if not found and boundary != (shorter := boundary.strip("\"'; ")):
        found = _places(part, shorter)
    return found


AFTER_NAME = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|\Z)")


def _places(part: Part, boundary: str) -> list[Place]:
    """By `bytes.find`: a pattern would look at every byte, thirty times as long."""
    delimiter = b"--" + boundary.encode("latin-1", "replace")
    source = part.source
    places: list[Place] = []
    start = source.find(delimiter, part.start, part.end)
    while start >= 0 and len(places) <= MAX_PARTS + 1:
        after = start + len(delimiter)
        match = AFTER_NAME.match(source, after, part.end)
        if match and (start == part.start or source[start - 1] in b"\r\n"):
            places.append((_line_end_before(part, start), match.end(), bool(match[1])))
            after = match.end()
        start = source.find(delimiter, after, part.end)
    return places


def _line_end_before(part: Part, position: int) -> int:
    """The line end before a delimiter belongs to the delimiter, not to the part."""
    if part.source[max(position - 2, part.start) : position] == b"\r\n":
        return position - 2
    if part.source[max(position - 1, part.start) : position] in (b"\n", b"\r"):
        return position - 1
    return position


def _repaired(part: Part, defects: list[str]) -> list[Place]:
    """The boundary is missing or misspelt: a line that looks like one, with a field below."""
    match = LOST.search(part.source, part.start, part.end)
    if match is None:
        return []
    defects.append("wrong boundary")
    name = match[1].decode("latin-1")
    return _places(part, name.removesuffix("--") if name.endswith("--") else name)


def _child(parent: Part, start: int, end: int) -> Part:
    found, body = header_blocks.split(parent.source, start, max(start, end))
    default = "message/rfc822" if parent.media_type == "multipart/digest" else "text/plain"
    return Part(
        parent.source,
        found,
        min(body, max(end, start)),
        max(end, start),
        _kind(found, default),
        parent.depth + 1,
    )
