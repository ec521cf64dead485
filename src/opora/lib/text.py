"""Bytes to text by the charset they are in, whatever they say they are in.

Labels are read as browsers read them (WHATWG): "gb2312" means gb18030, "latin-1" means
windows-1252. A single-byte label is believed only when the bytes do not speak against it, since
half of the letters that say "iso-8859-1" were written by programs that never thought about it.
"""

import codecs
import re
from functools import lru_cache

import chardet

from opora.lib import japanese

# What people write -> what Python calls the superset that they mean.
SUPERSETS = {
    "ansi": "cp1252",
    "ansi_x3.4-1968": "ascii",
    "ascii": "ascii",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cp932": "cp932",
    "csiso2022jp": "iso2022_jp",
    "cswindows31j": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "euc_jis_2004": "euc_jp",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-11": "cp874",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "macintosh": "mac_roman",
    "ms-ansi": "cp1252",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "us-ascii": "ascii",
    "utf8mb4": "utf-8",
    "win-1251": "cp1251",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-cp1251": "cp1251",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "x-sjis": "cp932",
}
# Labels that tell nothing: written by programs that did not know either.
EMPTY_LABELS = {"", "ascii", "cp1252", "unknown", "x-unknown", "unknown-8bit", "8bit", "default"}
# What mail without a label is written in; chardet's other candidates are older than mail.
PLAUSIBLE = (
    *("big5hkscs", "cp949", "cp932", "euc_jis_2004", "gb18030"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"),
    *("iso8859-2", "iso8859-5", "iso8859-7", "koi8-r", "koi8-u", "cp866", "mac-cyrillic"),
)
GUESS_FROM = 20_000  # bytes; more make no better guess
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # PostgreSQL's text holds none, and no NUL
C1 = dict.fromkeys(range(0x80, 0xA0))


def text_of(data: bytes, declared: str | None = None, hint: str | None = None) -> str:
    """Bytes as text. `declared` is what they say of themselves, `hint` what they stand next to."""
    return clean_text(_decoded(data, declared, hint))


def clean_text(text: str) -> str:
    """Text that every database and every JSON takes."""
    return LONE_SURROGATE.sub("\ufffd", text.replace("\x00", ""))


def _decoded(data: bytes, declared: str | None, hint: str | None) -> str:
    data, declared = _without_mark(data, declared)
    codec = codec_of(declared)
    if data.isascii() and codec in (None, "ascii", "cp1252", "utf-8"):
        return japanese.decoded(data, "iso2022_jp") if b"\x1b$" in data else data.decode("ascii")
    if codec is not None and codec not in EMPTY_LABELS:
        text = _by_label(data, codec)
        if text is not None:
            return text
    return _guessed(data, codec_of(hint), codec)


def _without_mark(data: bytes, declared: str | None) -> tuple[bytes, str | None]:
    """A byte order mark says more than any label."""
    for mark, charset in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :], charset
    return data, declared


@lru_cache(512)
def codec_of(label: str | None) -> str | None:
    """Python's name for a label; None when nobody knows it."""
    name = (label or "").strip(" \t\r\n'\"").lower().replace(" ", "")
    if not name:
        return None
    for candidate in (name, name.replace("_", "-"), re.sub(r"^(x-|cs)|\$.*$", "", name)):
        if candidate in SUPERSETS:
            return SUPERSETS[candidate]
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        is_of_text = found._is_text_encoding  # noqa: SLF001  nothing public tells it from base64
        if is_of_text and found.name not in ("idna", "punycode"):
            return SUPERSETS.get(found.name, found.name)
    return None


def _by_label(data: bytes, codec: str) -> str | None:
    """The text if the label can be true, perhaps with some broken characters; None if it is not."""
    if codec != "utf-8" and _is_utf8(data) and _is_single_byte(codec):
        return data.decode("utf-8")
    if codec in japanese.CODECS:
        return japanese.decoded(data, codec)
    if codec in CYRILLIC:
        codec = _better_cyrillic(data, codec)
    try:
        return data.decode(codec)
    except (ValueError, LookupError, OverflowError):
        text = data.decode(codec, "replace")
    # A letter cut in the middle has one broken character; one that lies has many.
    is_mostly_right = text.count("\ufffd") <= 1 + len(data) // 50
    return text if is_mostly_right else None


@lru_cache(128)
def _is_single_byte(codec: str) -> bool:
    return codec.startswith(("cp125", "iso8859", "koi8", "mac", "cp866", "cp874", "cp85"))


def _is_utf8(data: bytes) -> bool:
    """Valid UTF-8 that is more than ASCII: hardly ever by chance."""
    try:
        return len(data.decode("utf-8")) < len(data)
    except ValueError:
        return False


def _guessed(data: bytes, hint: str | None, declared: str | None) -> str:
    if _is_utf8(data):
        return data.decode("utf-8")
    if hint is not None and hint not in EMPTY_LABELS:
        text = _by_label(data, hint)
        if text is not None:
            return text
    cyrillic = cyrillic_codec(data[:GUESS_FROM])
    if cyrillic is not None:
        return data.decode(cyrillic, "replace")
    if _is_nearly_utf8(data):
        return data.decode("utf-8", "replace")
    return _by_statistics(data, declared)


def _is_nearly_utf8(data: bytes) -> bool:
    """UTF-8 with a few wounds: cut, or one foreign byte between many right ones."""
    text = data.decode("utf-8", "replace")
    right = sum(1 for char in text[:GUESS_FROM] if char > "\x7f" and char != "\ufffd")
    return right > 3 * text[:GUESS_FROM].count("\ufffd")


def _by_statistics(data: bytes, declared: str | None) -> str:
    guess = _detected(data)
    if _is_western(data) or (declared == "cp1252" and (_is_single_byte(guess) or len(data) < 20)):
        guess = "cp1252"
    if guess in japanese.CODECS:
        return japanese.decoded(data, guess)
    return _as_western(data) if guess == "cp1252" else data.decode(guess, "replace")


def _detected(data: bytes) -> str:
    found = chardet.detect(
        data[:GUESS_FROM],
        include_encodings=PLAUSIBLE,
        prefer_superset=True,
        no_match_encoding="cp1252",
    )
    return codec_of(found["encoding"]) or "cp1252"


def _is_western(data: bytes) -> bool:
    """High bytes stand alone between ASCII letters, as umlauts and accents do."""
    return not re.search(rb"[\x80-\xff]{2}", data[:GUESS_FROM])


def _as_western(data: bytes) -> str:
    """windows-1252; its five holes are the control characters of Latin-1, which show nothing."""
    try:
        return data.decode("cp1252")
    except ValueError:
        return data.decode("latin-1").translate(C1)


# Russian letters by how often they are met, in thousands of a text.
COMMON = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            *(109, 84, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16),
            *(14, 12, 10, 9, 7, 6, 5, 4, 3, 3, 1, 1),
        ),
        strict=True,
    )
)
UKRAINIAN = dict(zip("іїєґў", (50, 6, 5, 1, 5), strict=True))
SCORES = COMMON | UKRAINIAN
HIGH_RUNS = re.compile(rb"[\x80-\xff]+")


def cyrillic_codec(data: bytes) -> str | None:
    """windows-1251, koi8-r, koi8-u, cp866, iso-8859-5 or None, by how Russian the words look."""
    runs = HIGH_RUNS.findall(data)
    high = sum(map(len, runs))
    # Accents stand alone in their words; Cyrillic words are high from end to end.
    if not high or high < 1.8 * len(runs) or high < 3:
        return None
    sample = b" ".join(runs)[:4000]
    scored = [(_russian_score(sample.decode(c, "replace")), c) for c in CYRILLIC]
    best, codec = max(scored)
    if best > SURELY_RUSSIAN:
        return codec
    return codec if best > PERHAPS_RUSSIAN and _detected(data) in CYRILLIC else None


def _better_cyrillic(data: bytes, codec: str) -> str:
    """koi8-r that is windows-1251, or the other way, reads as letters of no language.

    Of a dozen letters on, the right reading scores higher by 10 at the least, and a wrong one
    never more than 49 (measured).
    """
    sample = b" ".join(HIGH_RUNS.findall(data[:1000]))[:200]
    if len(sample) < 12 or _russian_score(sample.decode(codec, "replace")) > 50:
        return codec
    scored = {other: _russian_score(sample.decode(other, "replace")) for other in CYRILLIC}
    best = max(scored, key=scored.__getitem__)
    return best if scored[best] > scored[codec] + 8 else codec


SURELY_RUSSIAN, PERHAPS_RUSSIAN = 45, 20
CYRILLIC = ("iso8859-5", "cp866", "koi8-u", "koi8-r", "cp1251")


def _russian_score(text: str) -> float:
    """Mean frequency of the letters, less what no Russian writer does."""
    letters = 0.0
    previous = " "
    for char in text:
        lower = char.lower()
        value = SCORES.get(lower)
        if value is None:
            letters -= 0 if char in " «»—–№…“”" else 60
        elif char != lower and previous.isalpha() and previous == previous.lower():
            letters -= 40  # a capital after a small letter: koi8 read as 1251, or the other way
        else:
            letters += value
        previous = char
    return letters / max(len(text.replace(" ", "")), 1)
