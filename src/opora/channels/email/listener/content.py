"""The bytes of one letter on their way in: where they end, and as they were before the wire.

Only CR LF . CR LF ends a letter. Any other line end is the letter's own byte, so nobody can make us
see two letters where another server saw one (SMTP smuggling).
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator

END = b"\r\n.\r\n"
IN_MEMORY = 256 * 1024  # a longer letter waits in an unnamed file: nothing is left if we are killed
CHUNK = 64 * 1024


async def stuffed_chunks(reader: asyncio.StreamReader) -> AsyncGenerator[bytes, None]:
    """What follows 354, up to and without the lone dot; IncompleteReadError when it never comes."""
    begun = bytearray(b"\r\n")  # of the DATA line itself: a dot may be the first byte we get
    while any(begun.endswith(END[:length]) for length in range(1, len(END))):
        begun += await reader.readexactly(1)
        if begun.endswith(END):
            yield bytes(begun[2:-3])
            return
    yield bytes(begun[2:])
    while True:
        try:
            last = await reader.readuntil(END)
        except asyncio.LimitOverrunError as overrun:  # leaves what may be the beginning of END
            yield await reader.readexactly(overrun.consumed)
        else:
            yield last[:-3]
            return


async def counted_chunks(reader: asyncio.StreamReader, size: int) -> AsyncGenerator[bytes, None]:
    """The next `size` bytes (BDAT)."""
    while size:
        chunk = await reader.readexactly(min(size, CHUNK))
        size -= len(chunk)
        yield chunk


class Unstuffing:
    """Takes away the dot that SMTP puts before each line that begins with one."""

    def __init__(self) -> None:
        self._tail = b"\r\n"

    def feed(self, chunk: bytes) -> bytes:
        seen = self._tail + chunk
        clean = seen.replace(b"\r\n.", b"\r\n")[len(self._tail) :]
        self._tail = seen[-2:]
        return clean


class Content:
    """What has come of a letter, up to its limit; above it only the size is kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._file = tempfile.SpooledTemporaryFile[bytes](max_size=IN_MEMORY)
        self.size = 0
        self.trouble: OSError | None = None  # no room for it: known only when the letter is over

    @property
    def is_too_large(self) -> bool:
        return self.size > self._limit

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.is_too_large or self.trouble:
            self._file.truncate(0)
            return
        try:
            self._file.write(chunk)
        except OSError as error:
            self.trouble = error

    def read(self) -> bytes:
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        self._file.close()
