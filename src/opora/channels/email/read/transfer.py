"""Content-Transfer-Encoding undone, also where it is wrong, cut, doubled or not said at all."""

import binascii
import re
from contextlib import suppress

BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=\s_-]*\Z")
ONLY_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{60,76}\s+)+[A-Za-z0-9+/]*={0,2}\s*\Z")
SOFT_BREAK = re.compile(rb"=[ \t]*\r?\n")
TRAILING = re.compile(rb"=[ \t]+(?=\r?\n)")
QUOTED_BYTE = re.compile(rb"=[0-9A-F]{2}")
FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\r\n\t ]")


def decoded(content: bytes, encoding: str) -> bytes:
    """The bytes that were meant; `encoding` as the header says it, in lower case."""
    encoding = re.sub(r"[^a-z0-9-]", "", encoding.partition(";")[0].partition("(")[0])
    if encoding == "base64" or encoding == "b64":
        return base64(content)
    if encoding in {"quoted-printable", "quotedprintable", "qp"}:
        return quoted_printable(content)
    if encoding in {"uuencode", "x-uuencode", "uue", "x-uue"}:
        found = uudecoded(content)
        return content if found is None else found
    return content


def base64(content: bytes) -> bytes:
    """All that can be decoded. What is no base64 at all is left as it is."""
    with suppress(binascii.Error):
        return binascii.a2b_base64(content.translate(None, b" \t\r\n"), strict_mode=True)
    if not FOREIGN.search(content):
        return _padded(content)
    lines = content.splitlines()
    good = [line for line in lines if BASE64_LINE.match(line)]
    is_text = 2 * sum(map(len, good)) < len(content) or b" " in content.strip()[:40]
    if is_text:
        return content
    return _padded(b"\n".join(_until_text(lines)).translate(None, b"!"))


def _until_text(lines: list[bytes]) -> list[bytes]:
    """List servers write their footer below: the first line of words ends the file."""
    kept: list[bytes] = []
    for line in lines:
        if FOREIGN.search(line) and line.count(b" ") + line.count(b"_") > 0 and kept:
            break
        kept.append(FOREIGN.sub(b"", line.replace(b"-", b"+").replace(b"_", b"/")))
    return kept


def _padded(content: bytes) -> bytes:
    """Decoded though padding is missing, doubled or in the middle (files put together)."""
    letters = content.translate(None, b" \t\r\n")
    if b"=" not in letters.rstrip(b"="):
        whole = letters.rstrip(b"=")
        whole = whole[: len(whole) - 1] if len(whole) % 4 == 1 else whole
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    return b"".join(_padded(chunk) for chunk in re.split(rb"=+", letters) if chunk)


def quoted_printable(content: bytes) -> bytes:
    return binascii.a2b_qp(TRAILING.sub(b"=", content))


def mended(content: bytes, encoding: str) -> bytes:
    """A text whose header says nothing of its encoding, though it plainly has one."""
    if encoding not in {"", "7bit", "8bit", "binary"} or not content.isascii():
        return content
    if ONLY_BASE64.match(content[:100_000]):
        return _if_text(base64(content), content)
    quoted = len(QUOTED_BYTE.findall(content[:100_000]))
    if quoted > 5 and (SOFT_BREAK.search(content) or quoted > len(content) // 12):
        return quoted_printable(content)
    return content


def _if_text(candidate: bytes, otherwise: bytes) -> bytes:
    control = sum(1 for byte in candidate[:2000] if byte < 9 or 13 < byte < 32)
    return otherwise if control else candidate


def uudecoded(content: bytes) -> bytes | None:
    """The file between `begin` and `end`; None when there is no `begin`."""
    match = re.search(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", content, re.MULTILINE)
    if match is None:
        return None
    return uu_lines(content[match.end() :].splitlines())


def uu_lines(lines: list[bytes]) -> bytes:
    pieces = []
    for line in lines:
        if line.strip() in {b"end", b"`", b""}:
            break
        pieces.append(_uu_line(line))
    return b"".join(pieces)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        count = (((line[0] - 32) & 63) * 4 + 5) // 3  # broken encoders add a byte at the end
    try:
        return binascii.a2b_uu(line[:count])
    except binascii.Error:
        return b""
