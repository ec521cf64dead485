"""Who: addresses and names out of From, To and their kin, however they were written."""

import re
from collections.abc import Iterator

from opora.channels.email.read import words
from opora.channels.email.read.headers import Headers

MAX_ADDRESSES = 500
Mailbox = tuple[str, str]  # name as people read it, address in lower case
ATOM = r"[^\s<>()\[\],;:\"@\\]"
ADDRESS = re.compile(
    rf"(?:\"[^\"@<>]{{1,60}}\"|{ATOM}{{1,100}})@(?:{ATOM}{{1,250}}|\[[0-9a-f.:]{{3,50}}\])", re.I
)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;]|[^",;(<]+|.', re.DOTALL)
# What stands around names: characters that open and that close.
QUOTES = (('"', '"'), ("'", "'"), ("`", "`"), ("„“", "“”"), ("«", "»"))


def sender_of(headers: Headers, hint: str | None = None) -> Mailbox:
    """Who wrote it: From, else who else is named; ("", "") when honestly nobody."""
    name_only = ""
    for field in ("from", "reply-to", "sender", "return-path", "x-sender", "x-envelope-from"):
        for value in headers.all(field):
            for name, address in mailboxes(value, hint):
                if address:
                    return name or name_only, address
                name_only = name_only or (name if field == "from" else "")
    return name_only, ""


def addresses_of(headers: Headers, *names: str) -> tuple[str, ...]:
    found = (
        address
        for name in names
        for value in headers.all(name)
        for _, address in mailboxes(value)
        if address
    )
    return tuple(dict.fromkeys(found))[:MAX_ADDRESSES]


def mailboxes(value: str, hint: str | None = None) -> list[Mailbox]:
    """Every mailbox of a field, groups opened. A name without an address has the address ""."""
    found: list[Mailbox] = []
    for pieces in _split(value):
        if len(found) >= MAX_ADDRESSES:
            break
        name, address = _mailbox(pieces)
        if not address and "=?" in name:
            # The whole field was encoded, address and all.
            inner = words.decoded(name, hint).encode("utf-8").decode("latin-1")
            name, address = _mailbox(next(iter(_split(inner)), []))
        if name or address:
            found.append((_readable(name, hint), _clean(address)))
    return found


def _split(value: str) -> Iterator[list[str]]:
    """Pieces of each mailbox; commas within quotes, comments and < > divide nothing."""
    pieces: list[str] = []
    for match in TOKEN.finditer(value):
        piece = match[0]
        if piece in {",", ";"}:
            if any(p.strip() for p in pieces):
                yield pieces
            pieces = []
        else:
            pieces.append(piece)
    if any(p.strip() for p in pieces):
        yield pieces


def _mailbox(pieces: list[str]) -> tuple[str, str]:
    """Name and address of one mailbox: the last address in < >, else a bare one."""
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place]
        if piece.startswith("<"):
            address = _in_angles(piece)
            if address:
                return "".join(pieces[:place]) or "".join(pieces[place + 1 :]), address
    joined = "".join(pieces)
    match = ADDRESS.search("".join(p for p in pieces if p[0] not in '("')) or ADDRESS.search(joined)
    if match is None:
        blanks = _with_blanks(joined)
        return ("", blanks) if blanks else (_without_group(joined), "")
    comments = "".join(p[1:-1] for p in pieces if p[0] == "(" and p[-1] == ")")
    rest = joined.replace(match[0], "").strip(" <>()")
    return comments or _without_group(rest), match[0]


def _in_angles(piece: str) -> str:
    inner = piece.strip("<> \t").removeprefix("mailto:")
    match = ADDRESS.fullmatch(inner) or ADDRESS.fullmatch(re.sub(r"\s+", "", inner))
    if match:
        return match[0]
    found = ADDRESS.search(inner)  # a route: <@relay.example:user@host>
    return found[0] if found else ""


def _with_blanks(text: str) -> str:
    """`user @example.com`: one at sign, blanks around it."""
    if text.count("@") != 1:
        return ""
    match = ADDRESS.search(re.sub(r"\s*@\s*", "@", text))
    return match[0] if match else ""


def _without_group(text: str) -> str:
    """`undisclosed-recipients:` names nobody."""
    return "" if text.rstrip(" ;").endswith(":") else text


def _readable(name: str, hint: str | None) -> str:
    name = name.strip()
    if ":" in name and '"' not in name and "=?" not in name:
        name = name.rpartition(":")[2]  # what stands before is the name of a group
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    text = words.decoded(name, hint)
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return _unquoted(text)[:200]


def _unquoted(text: str) -> str:
    """Without quotes around all of it, or left over at its ends; those of ООО «Ромашка» stay."""
    text = text.strip("<> \t")
    for opening, closing in QUOTES:
        both = set(opening + closing)
        if sum(text.count(quote) for quote in both) % 2:
            text = text.strip(opening + closing)
        inner = text[1:-1]
        if len(text) > 1 and text[0] in opening and text[-1] in closing and not both & set(inner):
            return _unquoted(inner)
    return text


def _clean(address: str) -> str:
    """Lower case, readable, without what surrounds it."""
    text = words.decoded(address) if not address.isascii() else address
    local, _, domain = text.strip("'`").rpartition("@")
    return f"{local}@{domain.strip('.')}".lower() if local and domain.strip(".") else ""
