"""Where Chromium is; with --install it is fetched when there is none. Prints its path.

    python tools/find_browser.py [--install]

As root on Debian its package is installed, elsewhere Playwright's own build of it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """OPORA's tests take the system's browser, else the one that Playwright fetched."""
    for name in NAMES:
        found = shutil.which(name)
        if found and not _is_snap(found):
            return found
    return _of_playwright()


def _is_snap(program: str) -> bool:
    """Ubuntu's package only starts a snap, which does not run everywhere."""
    path = Path(program).resolve()
    return path.name == "snap" or (path.stat().st_size < 5000 and b"/snap" in path.read_bytes())


def _of_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and _is_debian():
        subprocess.run(["apt-get", "update", "-qq"], check=True, stdout=subprocess.DEVNULL)
        command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    else:
        command = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
        subprocess.run(command if os.geteuid() == 0 else [*command[:-2], "chromium"], check=True)


def _is_debian() -> bool:
    return "ID=debian" in Path("/etc/os-release").read_text().splitlines()


def main(arguments: list[str]) -> int:
    if find() is None and "--install" in arguments:
        install()
    found = find()
    if found is None:
        sys.exit("The tests need Chromium: install the package chromium, or run this as root.")
    if "--install" not in arguments:
        print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
