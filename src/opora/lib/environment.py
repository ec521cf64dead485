"""The settings an administrator gives by environment: typed, and refused by name when wrong.

Plain Python, so that the supervisor and the thin `opora intake` need no Django.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from opora.lib import embedded

ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


class BadSetting(Exception):
    """A setting cannot be used; the text names it and says what it should look like."""


class NotRunning(Exception):
    """Nobody runs the embedded database of this home; the text says what to do."""


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class Environment:
    home: Path  # OPORA_HOME
    web: Endpoint  # OPORA_WEB
    mail: Endpoint  # OPORA_MAIL
    url: str  # OPORA_URL: how people reach the pages; links in mails begin with it
    database_url: str  # DATABASE_URL; empty: the embedded PostgreSQL
    first_mailbox: str  # OPORA_FIRST_MAILBOX
    max_letter: int  # OPORA_MAX_LETTER, bytes
    tls_certificate: str  # OPORA_TLS_CERTIFICATE, OPORA_TLS_KEY: for STARTTLS of the listener
    tls_key: str
    trusted_proxies: tuple[str, ...]  # OPORA_TRUSTED_PROXIES

    @property
    def run(self) -> Path:
        """Sockets, locks and pid files: 0700."""
        return self.home / "run"


# Read by libraries we start, not by us; everything else that begins with OPORA_ must be known.
NAMES = {
    "OPORA_HOME",
    "OPORA_WEB",
    "OPORA_MAIL",
    "OPORA_URL",
    "OPORA_FIRST_MAILBOX",
    "OPORA_MAX_LETTER",
    "OPORA_TLS_CERTIFICATE",
    "OPORA_TLS_KEY",
    "OPORA_TRUSTED_PROXIES",
}


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """The settings of this process; raises BadSetting at the first that cannot be used."""
    environ = os.environ if environ is None else environ
    unknown = sorted(name for name in environ if name.startswith("OPORA_") and name not in NAMES)
    if unknown:
        raise BadSetting(f"{unknown[0]} is no setting of Opora. Known: {', '.join(sorted(NAMES))}.")
    web = _endpoint(environ, "OPORA_WEB", "127.0.0.1:8000")
    return Environment(
        home=Path(environ.get("OPORA_HOME") or "var").absolute(),
        web=web,
        mail=_endpoint(environ, "OPORA_MAIL", "127.0.0.1:2525"),
        url=_url(environ, "OPORA_URL", f"http://{web}"),
        database_url=_database(environ, "DATABASE_URL"),
        first_mailbox=_address(environ, "OPORA_FIRST_MAILBOX"),
        max_letter=_size(environ, "OPORA_MAX_LETTER", 50_000_000),
        tls_certificate=_file(environ, "OPORA_TLS_CERTIFICATE"),
        tls_key=_key(environ, "OPORA_TLS_KEY"),
        trusted_proxies=_networks(environ, "OPORA_TRUSTED_PROXIES"),
    )


def database_url(environment: Environment) -> str:
    """Where the database is; of an embedded one that does not run, where it would be."""
    try:
        return running_database_url(environment)
    except NotRunning:
        return embedded.url(embedded.socket_folder(environment.home), "")


def running_database_url(environment: Environment) -> str:
    """Where it can be reached now, as far as we know; raises NotRunning."""
    if environment.database_url:
        return environment.database_url
    try:
        return embedded.address_file(environment.home).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotRunning(
            f"Opora is not running here ({environment.home}): start `opora up`."
        ) from None


def _endpoint(environ: Mapping[str, str], name: str, default: str) -> Endpoint:
    value = environ.get(name) or default
    match = re.fullmatch(r"\[?([^\s\[\]]+?)\]?:(\d{1,5})", value)
    if not match or not 0 < int(match[2]) < 65536:
        raise BadSetting(f"{name} is {value!r}: it should be host:port, like {default}.")
    return Endpoint(match[1], int(match[2]))


def _url(environ: Mapping[str, str], name: str, default: str) -> str:
    value = (environ.get(name) or default).rstrip("/")
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise BadSetting(f"{name} is {value!r}: it should be like https://support.example.org.")
    return value


def _database(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    parts = _split(value)
    known = parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1
    if value and not known:  # not shown: it holds a password
        raise BadSetting(f"{name} should be like postgres://user:password@host:5432/opora.")
    return value


def _split(url: str) -> SplitResult:
    """An address without a scheme when it cannot be read at all, like http://[::1."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _address(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip().lower()
    if value and not ADDRESS.fullmatch(value):
        raise BadSetting(f"{name} is {value!r}: it should be like support@example.org.")
    return value


def _size(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not re.fullmatch(r"\d{1,12}", value) or int(value) < 10_000:
        raise BadSetting(f"{name} is {value!r}: it should be a number of bytes, at least 10000.")
    return int(value)


def _file(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if value and not Path(value).is_file():
        raise BadSetting(f"{name} is {value!r}: there is no such file.")
    return value


def _key(environ: Mapping[str, str], name: str) -> str:
    """A certificate and its key come together, or in one file that the certificate names."""
    value = _file(environ, name)
    if value and not environ.get("OPORA_TLS_CERTIFICATE"):
        raise BadSetting(f"{name} is set without OPORA_TLS_CERTIFICATE: set both, or neither.")
    return value


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    values = tuple(environ.get(name, "").replace(",", " ").split())
    if values:
        from ipaddress import ip_network
    for value in values:
        try:
            ip_network(value)
        except ValueError:
            raise BadSetting(
                f"{name} has {value!r}: it should be addresses or networks, like 10.0.0.1"
                " or 10.0.0.0/8."
            ) from None
    return values
