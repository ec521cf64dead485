"""Files that people send along, made here: screenshots and logs."""

import struct
import zlib
from dataclasses import dataclass

Colour = tuple[int, int, int]
WALL, WINDOW, BAR, INK = (58, 110, 165), (240, 240, 240), (0, 84, 140), (90, 90, 90)
RED, BUTTON = (196, 43, 28), (225, 225, 225)


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    content: bytes


def screenshot(name: str, lines: int = 3) -> File:
    """A window with an error sign, so many lines of something unreadable, and a button."""
    canvas = Canvas(480, 300, WALL)
    canvas.fill(60, 50, (360, 200), WINDOW)
    canvas.fill(60, 50, (360, 26), BAR)
    canvas.fill(394, 55, (18, 16), RED)
    canvas.fill(84, 100, (36, 36), RED)
    canvas.fill(99, 106, (6, 16), WINDOW)
    canvas.fill(99, 126, (6, 5), WINDOW)
    for line in range(lines):
        canvas.fill(140, 102 + 18 * line, (250 - 47 * (line % 3), 6), INK)
    canvas.fill(310, 210, (84, 24), BUTTON)
    canvas.fill(330, 219, (44, 6), INK)
    return File(name, "image/png", canvas.png())


def log(name: str, *lines: str) -> File:
    return File(name, "text/plain", "\r\n".join(lines).encode() + b"\r\n")


class Canvas:
    def __init__(self, width: int, height: int, colour: Colour) -> None:
        self.width = width
        self.rows = [bytearray(bytes(colour) * width) for _ in range(height)]

    def fill(self, left: int, top: int, size: tuple[int, int], colour: Colour) -> None:
        width, height = size
        for row in self.rows[top : top + height]:
            row[3 * left : 3 * (left + width)] = bytes(colour) * width

    def png(self) -> bytes:
        """RGB, eight bits each, no filter."""
        header = struct.pack(">IIBBBBB", self.width, len(self.rows), 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
