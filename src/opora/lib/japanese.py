"""ISO-2022-JP, EUC-JP and Shift_JIS as Japanese programs write them: with vendor characters.

Python's codecs for the first two refuse the rows that NEC and IBM added (①, ㈱, 髙), which every
Japanese mail program sends. They are the same 94x94 table as Shift_JIS in another wrapping, and
cp932 knows them; so what the codec refuses is wrapped anew and given to cp932.
"""

import re

CODECS = {"iso2022_jp", "euc_jp", "cp932"}
ESCAPES = re.compile(rb"\x1b(\$[@B]|\$\([@BD]|\([BJIH])")
PAIRS = re.compile(rb"\x8f[\xa1-\xfe]{2}|[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|[\x00-\x7f]+|.", re.DOTALL)


def decoded(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except ValueError:
        pass
    if codec == "iso2022_jp":
        return _iso2022(data)
    if codec == "euc_jp":
        return "".join(_euc(match[0]) for match in PAIRS.finditer(data))
    return data.decode(codec, "replace")


def _iso2022(data: bytes) -> str:
    """Escape sequences switch between ASCII, half-width kana and the two-byte table."""
    pieces = ESCAPES.split(data)
    texts = [pieces[0].decode("cp932", "replace")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        texts.append(_switched(escape, piece))
    return "".join(texts)


def _switched(escape: bytes, piece: bytes) -> str:
    if escape == b"(I":
        return bytes(byte | 0x80 for byte in piece).decode("cp932", "replace")
    if not escape.startswith(b"$"):
        return piece.decode("cp932", "replace")
    if escape == b"$(D":
        return bytes(byte | 0x80 for byte in piece).decode("euc_jp", "replace")
    texts = []
    for line in re.split(rb"([\r\n\t ]+)", piece):
        pairs = (line[i : i + 2] for i in range(0, len(line), 2))
        texts.append(
            line.decode() if line[:1].isspace() else "".join(_from_table(*p) for p in pairs)
        )
    return "".join(texts)


def _euc(piece: bytes) -> str:
    try:
        return piece.decode("euc_jp")
    except ValueError:
        pass
    if len(piece) == 2 and piece[0] > 0xA0:
        return _from_table(piece[0] & 0x7F, piece[1] & 0x7F)
    return "\ufffd"


def _from_table(row: int, cell: int = 0) -> str:
    """A place of the 94x94 table, through its Shift_JIS wrapping."""
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return "\ufffd"
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    trail = cell + (0x7E if row % 2 == 0 else 0x20 if cell >= 0x60 else 0x1F)
    return bytes((lead, trail)).decode("cp932", "replace")
