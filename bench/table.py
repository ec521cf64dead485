"""A figure with what it must not fall below or rise above, and the table of them."""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    floor: float | None = None
    ceiling: float | None = None

    @property
    def holds(self) -> bool:
        return (self.floor is None or self.value >= self.floor) and (
            self.ceiling is None or self.value <= self.ceiling
        )

    def row(self) -> str:
        wanted = f"≥ {self.floor:g}" if self.floor is not None else ""
        wanted = f"≤ {self.ceiling:g}" if self.ceiling is not None else wanted
        verdict = "" if not wanted else "yes" if self.holds else "**no**"
        return f"| {self.name} | {self.value:,.4g} | {wanted} | {verdict} |"


def write(parts: dict[str, list[Figure]]) -> None:
    """Each part's table anew; parts that did not run keep theirs."""
    old = RESULTS.read_text().split("\n## ")[1:] if RESULTS.exists() else []
    kept = {section.split("\n")[0]: section for section in old}
    for name, figures in parts.items():
        kept[name] = "\n".join([name, "", _head(), "", HEAD, *(f.row() for f in figures), ""])
    body = "\n## ".join(["", *(kept[name] for name in sorted(kept))])
    RESULTS.write_text(f"{TITLE}{body.rstrip()}\n")


def _head() -> str:
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1_000_000
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    cores = len(list(Path("/sys/devices/system/cpu").glob("cpu[0-9]*")))
    now = datetime.now(UTC).date()
    return f"{now}, {cores} cores of {cpu}, {memory} GB, Python {platform.python_version()}."


TITLE = """# How fast

Written by `make bench`. A figure is held against a limit measured in the same run; the tables say
what it must not fall below or rise above. Machines are noisy: trust ratios, not seconds.
"""
HEAD = "| figure | value | wanted | holds |\n|---|---|---|---|"
