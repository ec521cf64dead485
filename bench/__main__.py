import sys
from importlib import import_module

from bench import table

PARTS = ("intake", "pages", "storm")


def main(chosen: list[str]) -> int:
    """Run the parts named, or all; exit 1 when a figure does not hold."""
    holds = True
    for name in chosen or PARTS:
        figures = import_module(f"bench.{name}").measure()
        table.write({name: figures})
        for figure in figures:
            print(figure.row())
            holds &= figure.holds
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
