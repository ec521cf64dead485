"""An archive into the journal: in batches, each one commit; what is there already is counted.

The same bytes for the same mailbox are the same arrival, so a broken-off import is simply run
again. The files stay as they are.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from opora.channels.email.listener.addressing import clean, named_addresses
from opora.channels.email.read import headers
from opora.cli import Stopped, say
from opora.cli.application import database_at_hand
from opora.cli.intake.archives import Found, NoArchive, letters_of_maildir, letters_of_mbox
from opora.lib import environment
from opora.lib.environment import Environment, NotRunning

if TYPE_CHECKING:
    from opora.doors.models import Door
    from opora.intake.actions import Handed

BATCH = 200  # letters
BATCH_BYTES = 16_000_000
HEAD = 100_000  # bytes of a letter in which its date is looked for
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def import_archive(arguments: argparse.Namespace) -> int:
    """Also while Opora does not run: its database is started for this."""
    here = environment.read()
    try:
        with database_at_hand(here):
            return _import(arguments, here)
    except NotRunning as error:
        raise Stopped(str(error), os.EX_TEMPFAIL) from None
    except Stopped as stopped:
        code = os.EX_TEMPFAIL if stopped.code == os.EX_UNAVAILABLE else stopped.code
        raise Stopped(str(stopped), code) from None


def _import(arguments: argparse.Namespace, here: Environment) -> int:
    from django.db import InterfaceError, OperationalError

    from opora.files import actions as files

    try:
        files.prepare()
        importing = Importing(arguments, _finder(arguments.mailbox))
        for batch in _batches(importing.readable(_letters(arguments, here.max_letter))):
            importing.accept(batch)
    except NoArchive as error:
        raise Stopped(str(error), os.EX_NOINPUT) from None
    except OSError as error:  # of our disk: of the archive they are counted
        raise _broken_off(f"{error.filename or here.home}: {error.strerror}") from None
    except (OperationalError, InterfaceError) as error:
        said = " ".join(str(error).split())
        raise _broken_off(f"The database went away ({said})") from None
    return importing.report()


def _broken_off(reason: str) -> Stopped:
    return Stopped(f"{reason}. Run it again: what is taken is known.", os.EX_TEMPFAIL)


def _letters(arguments: argparse.Namespace, limit: int) -> Iterator[Found]:
    if arguments.maildir is not None:
        return letters_of_maildir(Path(arguments.maildir), limit)
    return letters_of_mbox(Path(arguments.mbox), limit)


class Finder:
    """For which mailbox a letter is; each address is asked for once."""

    def __init__(self, chosen: "Door | None", first: "Door") -> None:
        from opora.doors import selectors as doors

        self._chosen, self._first = chosen, first
        self._find = cache(doors.find_mailbox)

    def find(self, raw: bytes) -> "Door":
        if self._chosen is not None:
            return self._chosen
        found = map(self._find, named_addresses(raw))
        return next(filter(None, found), None) or self._first


def _finder(mailbox: str | None) -> Finder:
    from opora.doors import selectors as doors

    chosen = doors.find_mailbox(mailbox) if mailbox else None
    if mailbox and chosen is None:
        raise Stopped(f"{mailbox} is no mailbox here.", os.EX_NOUSER)
    first = chosen or doors.first_mailbox()
    if first is None:
        text = "There is no mailbox yet: make one on its page, or set OPORA_FIRST_MAILBOX."
        raise Stopped(text, os.EX_TEMPFAIL)
    return Finder(chosen, first)


@dataclass
class Importing:
    arguments: argparse.Namespace
    finder: Finder
    taken: int = 0
    known: int = 0
    unreadable: int = 0
    too_large: int = 0

    def readable(self, letters: Iterator[Found]) -> Iterator[Found]:
        """Those with bytes; the others are named and counted."""
        for found in letters:
            if found.raw is not None:
                yield found
                continue
            say(f"{clean(found.name)}: not taken: {found.reason}.")
            self.too_large += found.is_too_large
            self.unreadable += not found.is_too_large

    def accept(self, batch: list[Found]) -> None:
        """Returns when all are in the journal."""
        from opora.intake import actions

        rows = actions.accept_many(handed=[self._handed(found) for found in batch])
        self.known += sum(row.times > 1 for row in rows)
        self.taken += sum(row.times == 1 for row in rows)
        self._show()

    def report(self) -> int:
        if sys.stderr.isatty():
            sys.stderr.write("\r")
        say(
            f"{self.taken} taken, {self.known} known already, {self.unreadable} unreadable files,"
            f" {self.too_large} too large."
        )
        if self.unreadable:
            return os.EX_IOERR
        return os.EX_DATAERR if self.too_large else os.EX_OK

    def _handed(self, found: Found) -> "Handed":
        from opora.intake.actions import Handed

        raw, is_live = found.raw or b"", self.arguments.live
        way = "maildir" if self.arguments.maildir is not None else "mbox"
        return Handed(
            door=self.finder.find(raw),
            raw=raw,
            envelope={"by": way, "file": clean(found.name)},
            is_silent=not is_live,
            received_at=None if is_live else date_of(raw),
        )

    def _show(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self.taken + self.known} letters ")
            sys.stderr.flush()


def date_of(raw: bytes) -> datetime | None:
    """When it was written, by its own word; None when that is missing or cannot be true."""
    fields, _ = headers.split(raw[:HEAD])
    try:
        said = parsedate_to_datetime(fields.first("date"))
        moment = said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if EARLIEST <= moment <= datetime.now(UTC) else None


def _batches(letters: Iterator[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for found in letters:
        batch.append(found)
        size += len(found.raw or b"")
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
