"""What can be seen without a database: settings, rights, room."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from opora.cli.doctor.finding import Finding, ok, warning, wrong
from opora.lib.environment import BadSetting, Environment
from opora.lib.secret import NAME

FULL = 32 * 2**20  # bytes; below this the listener takes no letter (see its Limits.room)
SCARCE = 10**9  # bytes
EXPIRES_SOON = timedelta(days=14)


def settings(here: Environment) -> Iterator[Finding]:
    where = "of DATABASE_URL" if here.database_url else "its own"
    yield ok("settings", f"home {here.home}, pages {here.url}, mail {here.mail}, database {where}")
    url = urlsplit(here.url)
    if url.scheme == "http" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
        yield warning(
            "settings", "OPORA_URL is http: passwords pass in the open; use https by a proxy"
        )


def certificate(here: Environment) -> Iterator[Finding]:
    if not here.tls_certificate:
        return
    from cryptography import x509

    from opora.channels.email.listener.tls import Certificate

    try:
        Certificate(here.tls_certificate, here.tls_key)
    except BadSetting as error:
        yield wrong("certificate", str(error))
        return
    found = x509.load_pem_x509_certificate(Path(here.tls_certificate).read_bytes())
    left = found.not_valid_after_utc - datetime.now(UTC)
    text = f"valid until {found.not_valid_after_utc:%Y-%m-%d}"
    if left < timedelta(0):
        yield wrong("certificate", f"was {text}: renew it")
    elif left < EXPIRES_SOON:
        yield warning("certificate", f"{text}: renew it")
    else:
        yield ok("certificate", text)


def rights(here: Environment) -> Iterator[Finding]:
    if not here.home.exists():
        yield warning("home", f"{here.home} does not exist yet: `opora up` makes it")
        return
    if not os.access(here.home, os.R_OK | os.W_OK | os.X_OK):
        yield wrong("home", f"{here.home} is not ours to write: give it to the user Opora runs as")
        return
    # Root's home may be passed through (0711): PostgreSQL runs as another user then.
    secret, home = _mode(here.home / NAME), _mode(here.home)
    if home & 0o066:
        yield wrong("home", f"others can look into {here.home}: chmod 700 {here.home}")
    elif secret & 0o077:
        yield wrong("home", f"others can read the key: chmod 600 {here.home / NAME}")
    else:
        yield ok("home", f"{here.home} is ours alone")


def room(here: Environment) -> Iterator[Finding]:
    """One line a file system, however many of our folders are on it."""
    folders = (here.home, here.home / "blobs", Path(tempfile.gettempdir()))
    by_device = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.exists()}
    for folder in by_device.values():
        free = shutil.disk_usage(folder).free
        text = f"{free / 10**9:.1f} GB free for {folder}"
        if free < FULL:
            yield wrong("disk", f"{text}: no letter is taken; make room")
        elif free < SCARCE:
            yield warning("disk", f"{text}: make room")
        else:
            yield ok("disk", text)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0


CHECKS: tuple[Callable[[Environment], Iterator[Finding]], ...] = (
    settings,
    certificate,
    rights,
    room,
)
