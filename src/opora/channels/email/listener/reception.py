"""Between the wire and the journal: runs what blocks in threads, and says the answer of SMTP.

The journal says                          | we answer
it is written down (again, or anew)       | 250 2.6.0
OSError: no space, quota                  | 452 4.3.1
database: disk full                       | 452 4.3.1
OSError, database away, any other error   | 451 4.3.0: the sender keeps the letter and repeats
no mailbox at all yet                     | 451 4.3.5
free space under the floor, before DATA   | 452 4.3.1
"""

import asyncio
import errno
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from opora.channels.email.listener.limits import Limits

if TYPE_CHECKING:
    from opora.doors.models import Door

log = logging.getLogger(__name__)
Told = dict[str, str | list[str]]  # what the far side said around the letter: from, to, helo, peer
Answered = TypeVar("Answered")

NO_ROOM = "452 4.3.1 No room to keep your letter: try again later"
TROUBLE = "451 4.3.0 Trouble of ours: try again later"
NO_MAILBOX = "451 4.3.5 No mailbox is set up here yet: try again later"
UNKNOWN = "550 5.1.1 No such mailbox here"


class Books(Protocol):
    """What the listener needs of the journal. Called in threads; may block and raise."""

    def find_mailbox(self, address: str) -> "Door | None": ...

    def choose_mailbox(self, raw: bytes) -> "Door | None":
        """By whom the letter's head names, else the first; None only when there is none."""

    def accept(self, door: "Door", raw: bytes, told: Told) -> str:
        """Returns when the letter is durable, with what we call it in our answer."""


class Reception:
    def __init__(self, books: Books, limits: Limits, store: Path) -> None:
        self._books = books
        self.limits = limits
        self._store = store  # the folder whose file system must keep some room
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="journal")

    async def find_mailbox(self, address: str) -> "Door | str":
        """The mailbox, or the answer why not."""
        return await self._in_thread(lambda: self._books.find_mailbox(address) or UNKNOWN)

    async def accept(self, door: "Door | None", raw: bytes, told: Told) -> str:
        """Our answer for one mailbox; without one the letter itself is asked."""
        return await self._in_thread(lambda: self._accept(door, raw, told))

    def refuses(self, size: int) -> str:
        """Before any byte of a letter of about `size` bytes: the answer when there is no room."""
        try:
            space = os.statvfs(self._store)
        except OSError:
            log.exception("Cannot see the free space of %s", self._store)
            return TROUBLE
        is_enough = space.f_bavail * space.f_frsize - size >= self.limits.room
        return "" if is_enough else NO_ROOM

    def close(self) -> None:
        """Waits for what is being written down."""
        self._threads.shutdown()

    def _accept(self, door: "Door | None", raw: bytes, told: Told) -> str:
        door = door or self._books.choose_mailbox(raw)
        if door is None:
            return NO_MAILBOX
        return f"250 2.6.0 Written down as {self._books.accept(door, raw, told)}"

    async def _in_thread(self, work: Callable[[], Answered]) -> "Answered | str":
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, work)
        except Exception as error:  # whatever it is, the letter is not to blame
            answer = answer_to(error)
            log.exception("Answered %s", answer)
            return answer


def answer_to(error: BaseException | None) -> str:
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return NO_ROOM
        if getattr(error, "sqlstate", None) == "53100":  # disk_full, said by PostgreSQL
            return NO_ROOM
        error = error.__cause__
    return TROUBLE
