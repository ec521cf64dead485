"""What any channel makes of its raw bytes, and what the sieve says of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True)
class Attachment:
    """A leaf of a letter that is no body part: files, inline pictures, attached letters."""

    name: str  # clean: no path, no control characters, never empty
    media_type: str  # lower case, "application/octet-stream" when unknown
    content: bytes
    content_id: str = ""  # without < >; what `cid:` in the HTML refers to
    is_inline: bool = False


@dataclass(frozen=True)
class Dsn:
    """What a delivery report says of one recipient."""

    status: str  # "5.1.1"; empty when it only speaks prose
    recipient: str  # lower case; empty when not found
    action: str = ""  # failed, delayed, delivered, relayed, expanded; empty when not said


@dataclass(frozen=True)
class Letter:
    """A letter as people read it. Every text is clean for PostgreSQL: no NUL, no lone surrogate."""

    sender: str  # lower case; empty: honestly unknown
    sender_name: str = ""
    to: tuple[str, ...] = ()  # lower-case addresses of To, then Cc
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""  # the plain part, else made from the HTML
    html: str = ""  # cleaned; cid: references kept as cid:, remote pictures defused
    reply_text: str = ""  # `text` without quoted history and signature
    message_id: str = ""  # with < >; empty when missing or malformed
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None  # the Date header, in UTC
    attachments: tuple[Attachment, ...] = ()
    is_auto_reply: bool = False
    is_bounce: bool = False
    is_feedback: bool = False
    dsn: tuple[Dsn, ...] = ()
    delivered_to: tuple[str, ...] = ()  # addresses of Delivered-To, X-Original-To, Envelope-To
    quoted_ids: tuple[str, ...] = ()  # Message-IDs found in a returned letter or its headers
    headers: dict[str, str] = field(default_factory=dict)  # the few that later questions need
    defects: tuple[str, ...] = ()  # what was wrong with it, in English, for the journal


@dataclass(frozen=True)
class Facts:
    """What we know that bears on a letter: looked up once, so that the sieve stays plain."""

    twin_id: int | None = None  # arrival with the same Message-ID, sender, subject and body
    bounced_delivery_id: int | None = None
    thread_id: int | None = None
    is_thread_proven: bool = False  # by our signed token
    sender_takes_part: bool = False
    is_ours: bool = False  # written by this very Opora
    is_loop: bool = False  # the sender is a mailbox of ours
    is_closed_too_long: bool = False  # the thread is closed and its grace period is over


@dataclass(frozen=True)
class Verdict:
    outcome: Literal["opened", "joined", "set_aside"]
    reason: str  # marked by gettext_noop: stored in English, translated where it is shown


class Reader(Protocol):
    def __call__(self, raw: bytes) -> Letter:
        """Understand the bytes or raise Unreadable. Called outside any transaction."""


readers: dict[str, Reader] = {}  # by channel; filled by opora.config.wiring
