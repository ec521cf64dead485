"""The text of a header: encoded words (RFC 2047) as programs write them, and bare 8-bit bytes.

A value is kept as Latin-1 text, one character a byte, until it has been taken apart: an encoded
word may hide an address in a name, so what is decoded is never parsed again.
"""

import binascii
import re

from opora.lib.text import codec_of, text_of

# The text may hold blanks and question marks, and the end may be cut off.
WORD = re.compile(
    r"=\?([^?\s]{0,60}(?:\s[^?\s]{0,20})?)\?\s?([bBqQ])\s?\?"
    r"(?:(.*?)\?=(?![0-9A-F]{2}(?:[=_?]|$))|([^?\s]*)\??$)",
    re.DOTALL,
)
BETWEEN = re.compile(r"\s*")
BLANKS = re.compile(r"\s+")
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff]")
MAX_WORDS = 500


def decoded(value: str, hint: str | None = None) -> str:
    """A header's Latin-1 value as people read it; `hint` is the charset of the letter's body."""
    text = _once(value, hint)
    if "=?" in text and text != value and WORD.search(text):
        text = _once(text.encode("utf-8").decode("latin-1"), "utf-8")  # a word within a word
    return BLANKS.sub(" ", INVISIBLE.sub("", text.expandtabs(1))).strip()


def _once(value: str, hint: str | None) -> str:
    if "=?" not in value:
        return text_of(value.encode("latin-1", "replace"), None, hint)
    texts: list[str] = []
    pending: tuple[str, bytes] | None = None  # words cut inside a character are joined as bytes
    position = 0
    for count, word in enumerate(WORD.finditer(value)):
        if count >= MAX_WORDS:
            break
        gap = value[position : word.start()]
        charset, content = _bytes_of(word)
        if pending and BETWEEN.fullmatch(gap) and pending[0] == charset:
            pending = (charset, pending[1] + content)
        else:
            texts.extend((_text(pending), _plain(gap, hint, after_word=pending is not None)))
            pending = (charset, content)
        position = word.end()
    texts.extend((_text(pending), _plain(value[position:], hint, after_word=False)))
    return "".join(texts)


def _bytes_of(word: re.Match[str]) -> tuple[str, bytes]:
    charset = word[1].partition("*")[0].strip().lower()
    text = word[3] if word[3] is not None else word[4]
    if word[2] in "bB":
        return charset, unbase64(text.encode("latin-1"))
    return charset, binascii.a2b_qp(text.encode("latin-1"), header=True)


def unbase64(data: bytes) -> bytes:
    """As much of it as can be decoded, however it is padded or cut."""
    letters = re.sub(rb"[^A-Za-z0-9+/=]+", b"", data.replace(b"-", b"+").replace(b"_", b"/"))
    chunks = []
    for chunk in filter(None, letters.split(b"=")):
        whole = chunk[: len(chunk) - 1] if len(chunk) % 4 == 1 else chunk
        chunks.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(chunks)


def _text(pending: tuple[str, bytes] | None) -> str:
    if pending is None:
        return ""
    charset, content = pending
    if codec_of(charset) == "utf-8" and b"\xed" in content:
        content = _without_surrogates(content)
    return text_of(content, charset or None)


def _without_surrogates(content: bytes) -> bytes:
    """Emoji that Java wrote as two halves of UTF-16, each in UTF-8 of its own (CESU-8)."""
    try:
        halves = content.decode("utf-8", "surrogatepass")
        return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()
    except ValueError:
        return content


def _plain(gap: str, hint: str | None, *, after_word: bool) -> str:
    if after_word and BETWEEN.fullmatch(gap):
        return ""  # blanks between two words only kept the lines short
    return text_of(gap.encode("latin-1", "replace"), None, hint)
