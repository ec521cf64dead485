"""Hands letters to the listener by LMTP on the socket of this home: plain Python, no Django.

By BDAT (RFC 3030), so that every byte arrives as it is: no line end, dot or NUL is touched, and a
letter larger than our memory goes through in pieces.

The listener says            | we end with
2xx                          | 0
550 no such mailbox          | 67
552 too large                | 65
4xx, anything else, nothing  | 75
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from opora.channels.email.listener import local
from opora.cli import Stopped, say
from opora.lib.environment import Environment

PIECE = 1 << 20  # bytes
PATIENCE = 660.0  # seconds: a little more than the listener gives the journal
# Who sent it, nobody told us: not the null sender, which would mean a machine that wants no answer.
# The letter's own Return-Path is read with the letter.
SENDER = "unknown@sender.invalid"
ANYBODY = "postmaster"  # the letter's head says for which mailbox
CODES = {"550": os.EX_NOUSER, "552": os.EX_DATAERR}


class Refused(Exception):
    """The listener does not take a letter; its words, and our exit code."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer[4:] or "the listener went away")
        self.code = CODES.get(answer[:3], os.EX_TEMPFAIL)


def hand_over(here: Environment, names: list[str], mailbox: str) -> int:
    """Each of the files, `-` for a pipe; says what was not taken, and returns the gravest code."""
    codes = {os.EX_OK}
    with Conversation(here) as conversation:
        for name in names:
            try:
                with ExitStack() as opened:
                    file = _open(name, opened)
                    conversation.hand(file, mailbox, _size(file))
            except Refused as refused:
                say(f"{name}: not taken: {refused}.")
                codes.add(refused.code)
            except Unopened as trouble:
                say(f"{name}: {trouble}.")
                codes.add(os.EX_NOINPUT)
    return max(codes)  # 75 is the highest of ours: what may yet succeed is to be repeated


class Unopened(Exception):
    """A file that cannot be read."""


class Conversation:
    """One connection; raises Stopped (75) when there is none or it breaks."""

    def __init__(self, here: Environment) -> None:
        self._here = here

    def __enter__(self) -> "Conversation":
        try:
            self._link = local.connect(local.socket_path(self._here.run), PATIENCE)
            self._answers = self._link.makefile("rb")
            self._expect()
            self._say("LHLO intake")
            self._expect()
        except OSError as error:
            raise self._away(error) from None
        except Refused as refused:
            raise Stopped(f"The listener is busy: {refused}.", os.EX_TEMPFAIL) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._link.close()

    def hand(self, file: BinaryIO, mailbox: str, size: int | None) -> None:
        """Returns when the letter is in the journal; raises Refused, Unopened or Stopped."""
        try:
            self._open(mailbox, size)
            for piece, is_last in _pieces(file):
                self._say(f"BDAT {len(piece)}{' LAST' * is_last}")
                self._link.sendall(piece)
                self._expect()
        except (Refused, Unopened):  # what came of it so far is forgotten
            self._forget()
            raise
        except OSError as error:
            raise self._away(error) from None

    def _open(self, mailbox: str, size: int | None) -> None:
        announced = "" if size is None else f" SIZE={size}"
        utf8 = "" if mailbox.isascii() else " SMTPUTF8"
        self._say(f"MAIL FROM:<{SENDER}>{announced}{utf8}")
        self._expect()
        self._say(f"RCPT TO:<{mailbox or ANYBODY}>")
        self._expect()

    def _forget(self) -> None:
        try:
            self._say("RSET")
            self._expect()
        except (OSError, Refused) as error:
            raise self._away(error) from None

    def _say(self, line: str) -> None:
        self._link.sendall(f"{line}\r\n".encode())

    def _expect(self) -> None:
        answer = self._answer()
        if not answer.startswith("2"):
            raise Refused(answer)

    def _answer(self) -> str:
        """Its last line; raises OSError when the listener is gone."""
        while line := self._answers.readline():
            if line[3:4] != b"-":
                return line.decode(errors="replace").strip()
        raise ConnectionResetError("the connection broke")

    def _away(self, error: Exception) -> Stopped:
        if isinstance(error, FileNotFoundError | ConnectionRefusedError):
            reason = f"Opora does not receive mail in {self._here.home}: start `opora up`"
        else:
            reason = f"The listener of {self._here.home} went away ({error})"
        return Stopped(f"{reason}. Send the letter again.", os.EX_TEMPFAIL)


def _open(name: str, opened: ExitStack) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        return opened.enter_context(Path(name).open("rb"))
    except OSError as error:
        raise Unopened(error.strerror) from None


def _size(file: BinaryIO) -> int | None:
    """As far as it is known before the end: of files, not of pipes."""
    status = os.fstat(file.fileno())
    return status.st_size if status.st_size else None


def _pieces(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The bytes, and whether the end is reached: one piece is read ahead to know it."""
    piece = _read(file)
    while following := _read(file):
        yield piece, False
        piece = following
    yield piece, True


def _read(file: BinaryIO) -> bytes:
    try:
        return file.read(PIECE)
    except OSError as error:  # a folder, a broken disk
        raise Unopened(error.strerror) from None
