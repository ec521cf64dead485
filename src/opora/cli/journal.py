"""`opora journal`: prove that nothing was lost, or list all that came in.

`verify` ends with 0 when the books balance and with 1 when they do not, the rows named on stdout.
`list --json` writes one object a line for every arrival, whatever became of it.
"""

import argparse
import json
import os
import sys

from opora.cli import forget_stdout, say
from opora.cli.application import database_at_hand
from opora.lib import environment

# JSON leaves them be, and programs that read line by line may take them for ends of a line.
LINE_ENDS = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="verify | list")
    kinds.add_parser("verify", help="prove the books: exit code 0 balanced, 1 not")
    lister = kinds.add_parser("list", help="every arrival, oldest first")
    lister.add_argument("--json", action="store_true", required=True, help="one object a line")


def run(arguments: argparse.Namespace) -> int:
    with database_at_hand(environment.read()):
        return _verify() if arguments.kind == "verify" else _list()


def _verify() -> int:
    from opora.intake import selectors, verify
    from opora.intake.models import Arrival

    wrong = 0
    for finding in verify.findings(_show if sys.stderr.isatty() else lambda _, __: None):
        wrong += 1
        try:
            _write(str(finding))
            sys.stdout.flush()
        except BrokenPipeError:  # nobody reads the names: the exit code still tells
            forget_stdout()
    counts = selectors.balance(Arrival.objects.all())
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    say(f"{sum(counts.values())} arrivals: {said or 'none yet'}.")
    say(f"The books do not balance: {wrong} faults." if wrong else "The books balance.")
    return 1 if wrong else os.EX_OK


def _list() -> int:
    from opora.intake.letters import line_of
    from opora.intake.selectors import every_arrival

    for arrival in every_arrival():
        _write(json.dumps(line_of(arrival), ensure_ascii=False).translate(LINE_ENDS))
    return os.EX_OK


def _write(line: str) -> None:
    """In UTF-8 whatever the locale says."""
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _show(what: str, done: int) -> None:
    sys.stderr.write(f"\r{done} {what} ")
    sys.stderr.flush()
