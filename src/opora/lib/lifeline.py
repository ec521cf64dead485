"""A process that must not outlive the one that started it says so here (Linux).

`kill -9` of a parent leaves no time to stop children; the kernel does it instead. The wish is
forgotten by fork and by a change of user, so each process states it for itself, afterwards.
"""

import ctypes
import os
import signal

LIBC = ctypes.CDLL(None, use_errno=True)  # before any fork: loading takes locks
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def die_with_parent(parent: int, death: signal.Signals = signal.SIGKILL) -> None:
    """Get the signal `death` when the process `parent`, which started us, ends however it ends."""
    _prctl(PR_SET_PDEATHSIG, death)
    if os.getppid() != parent:  # it died before the kernel knew our wish
        os.kill(os.getpid(), death)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent died, so that it can be stopped."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if LIBC.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
