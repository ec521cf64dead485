"""The `opora` command: one module a subcommand, the process tree, and the embedded PostgreSQL.

It owns how Opora is started, stopped, backed up and looked after from a shell. It never decides
anything about requests: each command calls an app. Nothing here imports Django before a command
needs it, since `opora intake` runs once a letter and the supervisor stays resident.

Exit codes of every command, after sysexits.h, so that mail servers and systemd understand them:

| code | meaning |
|---|---|
| 0 | done, or stopped as asked |
| 1 | looked, and found what it looks for wrong (`journal verify`, `doctor`) |
| 64 | the command line cannot be understood |
| 65 | what was given cannot be used: a letter too large, a damaged backup |
| 66 | a file that was named cannot be read |
| 67 | no mailbox of ours has this address |
| 69 | a part or a service is not available: the database is down, a part keeps dying |
| 73 | a file or folder cannot be made |
| 74 | the disk is full or broken |
| 75 | not now, try again: a port or this home is taken, the listener is away |
| 77 | a right is missing |
| 78 | a setting is wrong; data of another version |
| 130 | broken off by Ctrl-C |
"""

import argparse
import errno
import importlib
import os
import sys
from types import ModuleType
from typing import NoReturn

from opora.lib.environment import BadSetting, NotRunning

# Name and what `opora --help` says; the module `opora.cli.<name>` has add_arguments() and run().
COMMANDS = (
    ("up", "run everything here: database, pages, background work, mail"),
    ("web", "serve the pages"),
    ("worker", "do the background work"),
    ("mail", "receive mail"),
    ("intake", "take letters from a pipe, from files, or out of an archive"),
    ("journal", "prove the journal's books, or list it"),
    ("backup", "write everything into one file, while Opora runs"),
    ("restore", "bring back what `opora backup` wrote"),
    ("doctor", "look for what is wrong, and say what to do"),
    ("link", "make a link that signs an agent in once, for who is locked out"),
    ("demo", "add a believable service company to look at, or take it away"),
    ("migrate", "bring the tables of the database up to date"),
)

CODES = {
    errno.ENOSPC: os.EX_IOERR,
    errno.EDQUOT: os.EX_IOERR,
    errno.EIO: os.EX_IOERR,
    errno.EROFS: os.EX_CANTCREAT,
    errno.ENOTDIR: os.EX_CANTCREAT,
    errno.EACCES: os.EX_NOPERM,
    errno.EPERM: os.EX_NOPERM,
}


class Stopped(Exception):
    """The command cannot go on: one sentence for the person who typed it, and the exit code."""

    def __init__(self, sentence: str, code: int = os.EX_UNAVAILABLE) -> None:
        super().__init__(sentence)
        self.code = code


def say(sentence: str) -> None:
    """To the person at the terminal or the log of the service: stdout is for results."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def main(words: list[str] | None = None) -> int:
    """Run one command; what goes wrong foreseeably is one sentence and a code of the table."""
    words = sys.argv[1:] if words is None else words
    arguments = _parser(words[0] if words else "").parse_args(words)
    try:
        return int(_module(arguments.command).run(arguments))
    except BrokenPipeError:  # `opora journal list | head`: the reader has seen enough
        forget_stdout()
        return os.EX_OK
    except KeyboardInterrupt:
        say("Broken off.")
        return 130
    except OSError as error:
        if error.errno not in CODES:
            raise
        say(f"{error.filename or 'A file'}: {error.strerror}.")
        return CODES[error.errno]
    except (BadSetting, NotRunning, Stopped) as stopped:
        say(str(stopped))
        return exit_code(stopped)


def forget_stdout() -> None:
    """Nobody reads it any more: what is still written goes nowhere, and ending is no error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def exit_code(stopped: Exception) -> int:
    if isinstance(stopped, Stopped):
        return stopped.code
    return os.EX_CONFIG if isinstance(stopped, BadSetting) else os.EX_UNAVAILABLE


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(os.EX_USAGE, f"{self.prog}: {message}\n")


def _parser(chosen: str) -> Parser:
    """Only the chosen command's module is imported: the others' imports would cost its start."""
    parser = Parser(prog="opora", description="Technical support that loses no request.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS:
        command = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            _module(name).add_arguments(command)
    return parser


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"opora.cli.{name}")
