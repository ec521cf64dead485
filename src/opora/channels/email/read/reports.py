"""What mail servers report: letters that came back (RFC 3464, or prose), complaints (RFC 5965)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opora.channels.email.read import addresses, headers, ids, prose
from opora.channels.email.read.headers import Headers
from opora.channels.email.read.parts import Part
from opora.intake.types import Dsn
from opora.lib.text import clean_text

MAX_RECIPIENTS = 200
MAX_REPORT = 500_000  # bytes
STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
FEEDBACK = "message/feedback-report"
RETURNED = {"message/rfc822", "message/global"}
RETURNED_HEADERS = {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
BLANK_LINE = re.compile(rb"\n[ \t]*\n+")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}


@dataclass(frozen=True)
class Report:
    is_bounce: bool = False
    is_feedback: bool = False
    dsn: tuple[Dsn, ...] = ()
    quoted_ids: tuple[str, ...] = ()


def report_of(root: Part, subject: str, text: str) -> Report:
    """`text` is the body as people read it; old servers say all in it."""
    parts = list(root.walk())
    is_report = root.media_type == "multipart/report"
    if is_report and any(part.media_type == FEEDBACK for part in parts):
        return Report(is_feedback=True, quoted_ids=_returned_ids(parts))
    from_server = prose.is_from_server(root.headers)
    statuses = [part for part in parts if part.media_type in STATUS_PARTS]
    if statuses and (is_report or from_server):
        dsn = tuple(_dsn(statuses)) or prose.dsn_of(root.headers, subject, text)
        return Report(is_bounce=True, dsn=dsn, quoted_ids=_ids(root, parts, text))
    if from_server and prose.speaks_of_failure(root.headers, subject, text):
        dsn = prose.dsn_of(root.headers, subject, text)
        return Report(is_bounce=True, dsn=dsn, quoted_ids=_ids(root, parts, text))
    return Report()


def _ids(root: Part, parts: list[Part], text: str) -> tuple[str, ...]:
    """Some servers return nothing of the letter, but say in their own head what they answer."""
    answered = ids.ids_in([*root.headers.all("in-reply-to"), *root.headers.all("references")])
    found = (*_returned_ids(parts), *ids.ids_in_prose(text), *answered)
    return tuple(dict.fromkeys(found))[: ids.MAX_IDS]


def _returned_ids(parts: list[Part]) -> tuple[str, ...]:
    found: list[str] = []
    for part in parts:
        if part.media_type in RETURNED | RETURNED_HEADERS:
            returned, _ = headers.split(part.content()[: headers.MAX_BLOCK])
            found.extend(ids.ids_in(returned.all("message-id")))
    return tuple(dict.fromkeys(found))


def _dsn(parts: list[Part]) -> Iterator[Dsn]:
    count = 0
    for part in parts:
        content = part.content()[:MAX_REPORT].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for block in BLANK_LINE.split(content.strip()):
            fields, _ = headers.split(block)
            dsn = _recipient(fields)
            if dsn is not None and count < MAX_RECIPIENTS:
                count += 1
                yield dsn


def _recipient(fields: Headers) -> Dsn | None:
    """One recipient's block; None for the first block, which speaks of the letter."""
    final, original = fields.first("final-recipient"), fields.first("original-recipient")
    if not final and not original and "action" not in fields:
        return None
    diagnostic = fields.first("diagnostic-code")
    status = STATUS.search(fields.first("status")) or STATUS.search(diagnostic[:2000])
    action = re.match(r"[a-z]*", fields.first("action").strip().lower())
    return Dsn(
        status=status[1] if status else "",
        recipient=_address(final) or _address(original),
        action=action[0] if action and action[0] in ACTIONS else "",
    )


def _address(value: str) -> str:
    """`rfc822; user@example.org`, with or without the type and angles."""
    _, mark, after = value.partition(";")
    found = addresses.mailboxes((after if mark else value)[:1000])
    return clean_text(next((address for _, address in found if address), ""))[:320]
