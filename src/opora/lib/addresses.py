"""Addresses as rows keep them: `"Name" <address>`, readable. Only a letter encodes them."""

import re
from contextlib import suppress
from email.utils import parseaddr

CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
LOCAL_PART = re.compile(
    r"[^\s\x00-\x1f\x7f<>()\[\],;:\"@\\]{1,200}|\"[^\"\\\x00-\x1f\x7f<>]{1,62}\""
)
# Underscores are no letters of a host's name, but mail comes from such domains.
HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}|\[[0-9a-f.:]{3,50}\]", re.IGNORECASE)


def entry(name: str, address: str) -> str:
    """What stands under From or To. Not email.utils.formataddr: it refuses letters like пример.рф,
    and makes encoded words longer than RFC 2047 allows. Long names are cut: 530 characters at most.
    """
    shown = one_line(name)[:100]
    if not shown:
        return one_line(address)
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{one_line(address)}>'


def parse_entry(text: str) -> tuple[str, str]:
    """Name and address; ("", "") when there is no address."""
    return parseaddr(one_line(text))


def one_line(text: str) -> str:
    """No line breaks, no controls: nobody adds a header by writing one into a name."""
    return CONTROLS.sub(" ", text).strip()


def readable(address: str) -> str:
    """Lower case, and the domain in the letters people read: xn--e1afmkfd.xn--p1ai, пример.рф."""
    local, _, domain = address.strip().lower().rpartition("@")
    with suppress(UnicodeError):  # written in its own letters already, or in none that we know
        domain = domain.encode("ascii").decode("idna")
    return f"{local}@{domain}"


def wire(address: str) -> str:
    """The address as SMTP carries it, its domain in ASCII; ValueError when it cannot be one."""
    local, _, domain = address.rpartition("@")
    host = domain.encode("idna").decode("ascii")
    if not LOCAL_PART.fullmatch(local) or not HOST.fullmatch(host):
        raise ValueError(f"{address!r} is no mail address")
    return f"{local}@{host}"
