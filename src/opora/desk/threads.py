"""The signed marks by which a reply finds its ticket: in our Message-ID and in our Reply-To.

Whoever knows a mark has received a letter of that ticket. Plain Python; `key` is the secret.

    Message-ID   <opora.TICKET.NONCE.MAC@domain>
    Reply-To     mailbox+TICKET.MAC@domain
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

# Without (?a:) "ſ" would be an s and "٣" a digit.
_MESSAGE_ID = re.compile(
    r"<opora\.(?a:(\d{1,18})\.([a-z2-7]{16})\.([a-z2-7]{16}))@[^<>\s@]+>", re.I
)
_ADDRESS = re.compile(r"[^@+\s]+\+(?a:(\d{1,18})\.([a-z2-7]{16}))@[^@\s]+", re.I)


def new_message_id(*, ticket_id: int, domain: str, key: bytes) -> str:
    nonce = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return f"<opora.{ticket_id}.{nonce}.{_mac(key, 'id', ticket_id, nonce)}@{domain}>"


def reply_address(*, ticket_id: int, mailbox: str, key: bytes) -> str:
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{ticket_id}.{_mac(key, 'reply', ticket_id)}@{domain}"


def find_ticket_id(
    *, message_ids: Iterable[str], addresses: Iterable[str], key: bytes
) -> int | None:
    """The ticket that one of these marks proves; a forged or damaged mark proves nothing."""
    for address in addresses:
        match = _ADDRESS.fullmatch(address)
        if match and _same(match[2], _mac(key, "reply", int(match[1]))):
            return int(match[1])
    for message_id in message_ids:
        match = _MESSAGE_ID.fullmatch(message_id)
        if match and _same(match[3], _mac(key, "id", int(match[1]), match[2].lower())):
            return int(match[1])
    return None


def _mac(key: bytes, *parts: str | int) -> str:
    text = ":".join(map(str, parts)).encode()
    digest = hmac.new(key, b"opora thread:" + text, hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.lower(), right)
