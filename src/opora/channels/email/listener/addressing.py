"""For whom a letter is: the path of an SMTP command, and the addresses a letter's head names."""

import re
from collections.abc import Iterator

# RFC 5321 4.1.2: an old source route before the address is to be ignored.
PATH = re.compile(r'<\s*(?:@[^\s:<>]*:)?((?:"(?:\\.|[^"\\])*"|[^\s<>"])*)\s*>(.*)', re.DOTALL)
BARE = re.compile(r"([^\s<>]+)(.*)", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

MAX_HEAD = 256 * 1024  # bytes
MAX_ADDRESSES = 50
END_OF_HEAD = re.compile(rb"\r\n\r\n|\n\n|\r\r")
LINE_END = re.compile(rb"\r\n|\n|\r")
FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]+")
ADDRESS = re.compile(rb"[^\s<>,;:\"'()\[\]]{1,64}@[^\s<>,;:\"'()\[\]@]{1,255}")
# The surest first: the server that had the letter last wrote down for whom it was.
NAMING = (b"delivered-to", b"x-original-to", b"envelope-to", b"to", b"cc")


def parse_path(argument: str) -> tuple[str, str] | None:
    """`<address> PARAMETERS` -> both; the null sender is "<>"; None when it is no path."""
    match = PATH.match(argument) or BARE.match(argument)
    if match is None or CONTROL.search(argument):
        return None
    return match[1] or "<>", match[2].strip()


def clean(text: str) -> str:
    """What a client said, as text a database takes: no lone surrogates, no control characters."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return CONTROL.sub("", whole)


def named_addresses(raw: bytes) -> list[str]:
    """Whom a letter's head names, lower case, each once, the surest first."""
    fields = _fields(raw)
    found = dict.fromkeys(
        address for name in NAMING for value in fields[name] for address in _addresses(value)
    )
    return list(found)[:MAX_ADDRESSES]


def _fields(raw: bytes) -> dict[bytes, list[bytes]]:
    head = END_OF_HEAD.split(raw[:MAX_HEAD], maxsplit=1)[0]
    fields: dict[bytes, list[bytes]] = {name: [] for name in NAMING}
    for line in LINE_END.split(FOLD.sub(b" ", head)):
        name, _, value = line.partition(b":")
        fields.get(name.strip().lower(), []).append(value)
    return fields


def _addresses(value: bytes) -> Iterator[str]:
    for match in ADDRESS.findall(value):
        yield clean(match.decode("utf-8", "surrogateescape")).lower()
