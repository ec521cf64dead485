"""Where Chromium is; with --install it is fetched when there is none. Prints its path.

    python tools/find_browser.py [--install]

As root on Debian its package is installed, elsewhere Playwright's own build of it. Playwright
drives it with a Node of its own, which needs libatomic: a small system lacks it.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The system's, else Playwright's; None also when Playwright's driver does not run here."""
    if not _has_driver():
        return None
    for name in NAMES:
        found = shutil.which(name)
        if found and not _is_snap(found):
            return found
    return _of_playwright()


def _is_snap(program: str) -> bool:
    """Ubuntu's package only starts a snap, which does not run everywhere."""
    path = Path(program).resolve()
    return path.name == "snap" or (path.stat().st_size < 5000 and b"/snap" in path.read_bytes())


def _has_driver() -> bool:
    if not find_spec("playwright"):
        return False
    from playwright._impl._driver import compute_driver_executable

    command = [compute_driver_executable()[0], "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    if os.geteuid() != 0:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
        return
    packages = ["libatomic1", *(["chromium"] if _is_debian() else [])]
    if shutil.which("apt-get"):
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages)
    if not _is_debian():
        _run(sys.executable, "-m", "playwright", "install", "--with-deps", "chromium")


def _run(*command: str) -> None:
    """What fails says why itself; whether there is a browser now is looked up afterwards."""
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def _is_debian() -> bool:
    return (
        Path("/etc/debian_version").exists()
        and "ID=debian" in Path("/etc/os-release").read_text().splitlines()
    )


def main(arguments: list[str]) -> int:
    if find() is None and "--install" in arguments:
        print("Installing Chromium for the tests.", flush=True)
        install()
    found = find()
    if found is None:
        sys.exit("The tests need the packages chromium and libatomic1: install them as root.")
    if "--install" not in arguments:
        print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
