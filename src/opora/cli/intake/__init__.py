"""`opora intake`: takes letters from a pipe, from files, or out of an archive.

A letter by a pipe or a file goes to the listener of this home, without Django: a mail server starts
this once a letter. An archive (--maildir, --mbox) is read here and written straight into the
journal; unless --live is said, it is history: nobody gets a receipt and nothing is reopened.

Exit codes of a pipe or of files, as mail servers understand them; of several letters the gravest:

| code | meaning |
|---|---|
| 0 | every letter is in the journal |
| 64 | the command line cannot be understood |
| 65 | larger than OPORA_MAX_LETTER: repeating does not help |
| 66 | a file cannot be read |
| 67 | --mailbox is no mailbox of ours |
| 75 | everything else, a wrong setting too: the letter is not to blame; send it again |

Of an archive: 0; 65 when letters were too large; 66 when it is no archive; 74 when files in it
cannot be read; 75 when it was broken off: the same command again goes on where it stopped.
"""

import argparse
import os
import traceback

from opora.cli import Stopped
from opora.cli.intake.handing import hand_over
from opora.lib import environment
from opora.lib.environment import ADDRESS, BadSetting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mailbox",
        type=_address,
        metavar="ADDRESS",
        help="for which mailbox; else the letter's head says it, else it is the first one",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("files", nargs="*", default=[], metavar="FILE", help="- is a pipe")
    source.add_argument("--maildir", metavar="DIR", help="import its folders new and cur")
    source.add_argument("--mbox", metavar="FILE", help="import a file of many letters")
    parser.add_argument(
        "--live", action="store_true", help="import as if the letters came now: receipts go out"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.maildir is not None or arguments.mbox is not None:
        from opora.cli.intake.importing import import_archive

        return import_archive(arguments)
    try:
        here = environment.read()
        return hand_over(here, arguments.files or ["-"], arguments.mailbox or "")
    except Stopped:
        raise
    except BadSetting as error:
        raise Stopped(str(error), os.EX_TEMPFAIL) from None
    except Exception:  # noqa: BLE001  for most codes a mail server returns the letter to its sender
        traceback.print_exc()
        return os.EX_TEMPFAIL


def _address(word: str) -> str:
    if not ADDRESS.fullmatch(word) or not word.isprintable():
        raise argparse.ArgumentTypeError(f"{word!r} is no address, like support@example.org")
    return word
