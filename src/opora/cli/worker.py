"""`opora worker`: does what was put off: reads letters, sends, looks after what is due.

Forked from a process that has loaded everything, so that the second costs little memory. The
parent looks for rows that were forgotten; when a child dies, all end and are started again.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping

from opora.cli.application import REPAIR, load_django
from opora.lib.lifeline import die_with_parent

# One process for each of two cores; letters are sent by threads that mostly wait.
PROCESSES: tuple[Mapping[str, int], ...] = ({"quick": 1, "slow": 4}, {"quick": 1})
TICK = 0.5  # seconds
PATIENCE = 1.8  # seconds for the children to end

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "As many as wanted may run, on as many machines as wanted."


def run(arguments: argparse.Namespace) -> int:
    load_django(REPAIR)
    from django.db import connections

    connections.close_all()  # a connection does not survive a fork
    children = [_fork(concurrency) for concurrency in PROCESSES]
    asked: list[int] = []
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda number, _: asked.append(number))
    died = False
    sweeper = Sweeper()
    while not asked and not died:
        sweeper.sweep()
        died = any(os.waitpid(pid, os.WNOHANG) != (0, 0) for pid in children)
        time.sleep(TICK)
    _stop(children)
    return os.EX_SOFTWARE if died else os.EX_OK


class Sweeper:
    def __init__(self) -> None:
        from opora.jobs.types import sweeps

        self._sweeps = sweeps
        self._due = [0.0] * len(sweeps)

    def sweep(self) -> None:
        """Run those whose time has come; trouble is logged, and they come again."""
        from django.db import close_old_connections

        for number, sweep in enumerate(self._sweeps):
            if time.monotonic() < self._due[number]:
                continue
            self._due[number] = time.monotonic() + sweep.every.total_seconds()
            close_old_connections()
            try:
                sweep.run()
            except Exception:  # the outermost loop: one sweep's trouble is not the others'
                log.exception("A sweep failed: %s; it comes again.", sweep.run)


def _fork(concurrency: Mapping[str, int]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = os.EX_SOFTWARE
    try:
        die_with_parent(parent)
        from opora.jobs.worker import work

        work(concurrency)
        code = os.EX_OK
    except Exception:
        log.exception("A worker ended.")
    finally:
        sys.stderr.flush()
        os._exit(code)  # nothing of the parent's is to be unwound here


def _stop(children: list[int]) -> None:
    for pid in children:
        _send(pid, signal.SIGTERM)
    limit = time.monotonic() + PATIENCE
    while children and time.monotonic() < limit:
        children = [pid for pid in children if not _is_gone(pid)]
        time.sleep(0.02)
    for pid in children:
        _send(pid, signal.SIGKILL)


def _is_gone(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) != (0, 0)
    except ChildProcessError:
        return True


def _send(pid: int, wish: signal.Signals) -> None:
    try:
        os.kill(pid, wish)
    except ProcessLookupError:
        return
