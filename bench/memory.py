"""Memory of the whole tree: shared pages are counted once (PSS)."""

from pathlib import Path

import psutil

from opora.cli.orphans import processes_in
from opora.lib import embedded


def pss_of(home: Path, *pids: int) -> float:
    """Megabytes of these processes, their descendants, and the database of this home."""
    roots = [psutil.Process(pid) for pid in pids]
    whole = {one.pid for root in roots for one in (root, *root.children(recursive=True))}
    whole |= set(processes_in(embedded.data_folder(home)))
    return sum(map(_pss, whole)) / 1e6


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
