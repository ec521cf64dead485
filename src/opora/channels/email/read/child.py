"""The process that reads letters, one after the other, for the one that started it.

    python -P -m opora.channels.email.read.child PARENT MEMORY SECONDS    (its stdin is a socket)

MEMORY: bytes of address space; SECONDS: processor time of one letter. What goes beyond them ends
this process, and costs that one letter only. Here is no Django, no secret in
the environment, and nothing to read but what it is given.
"""

import math
import os
import resource
import signal
import socket
import sys

from opora.channels.email.read import wire
from opora.channels.email.read.letter import letter_of
from opora.lib.lifeline import LIBC, die_with_parent

MAX_LETTER = 1 << 32
LARGE = 1 << 20


def main(parent: int, memory: int, seconds: int) -> None:
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whom we read for
    _limit(resource.RLIMIT_CORE, 0)  # letters are not to lie about in cores
    _limit(resource.RLIMIT_AS, memory)
    with socket.socket(fileno=0) as link:
        wire.send(link, b"")
        try:
            while True:
                _read_one(link, seconds)
        except wire.Broken:
            return  # nobody wants anything any more
        except MemoryError:
            os._exit(wire.OUT_OF_MEMORY)  # at once: cleaning up would need some


def _read_one(link: socket.socket, seconds: int) -> None:
    raw = bytes(wire.receive(link, MAX_LETTER))
    _allow(seconds)
    try:
        answer = wire.packed(letter_of(raw))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  the outermost loop: a fault of ours, told as it is
        answer = wire.packed_trouble(f"the reading broke: {error!r}"[:1000])
    wire.send(link, *answer)
    if len(raw) > LARGE:
        del raw, answer
        LIBC.malloc_trim(0)  # else a hundred megabytes would stay with us


def _allow(seconds: int) -> None:
    """So much processor time from now on; the kernel ends us by SIGXCPU when it is used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + seconds)


def _limit(what: int, amount: int) -> None:
    """Not more than we were allowed ourselves: asking for more would be an error."""
    _, hard = resource.getrlimit(what)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(what, (amount, hard))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
