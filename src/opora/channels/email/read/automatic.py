"""Whether a machine answered: automatic replies and read receipts, not whatever machines send.

An alarm of a monitoring system is `Auto-Submitted: auto-generated` too, and must become a ticket;
only what *answers* by itself is meant here. Who gets no receipt: `opora.intake.rules`.
"""

import re

from opora.channels.email.read.headers import Headers
from opora.channels.email.read.parts import Part

REPLY_FIELDS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
)
SUBJECT = re.compile(
    r"\s{0,3}\[?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)"
    r"|out of (?:the )?office(?: auto[- ]?reply)?|автоматический ответ|автоответ(?:чик)?"
    r"|автоматична відповідь|abwesenheitsnotiz|automatische antwort|réponse automatique"
    r"|respuesta automática|вне офиса|нет на (?:работе|месте))\]?\s{0,2}(?::|$)",
    re.I,
)
RECEIPT = "message/disposition-notification"


def is_auto_reply(root: Part, subject: str) -> bool:
    headers = root.headers
    return (
        _word(headers, "auto-submitted") == "auto-replied"
        or _word(headers, "precedence") == "auto_reply"
        or _word(headers, "x-precedence") == "auto_reply"
        or any(_word(headers, name) not in ("", "no", "false") for name in REPLY_FIELDS)
        or bool(SUBJECT.match(subject))
        or is_read_receipt(root)
    )


def is_read_receipt(root: Part) -> bool:
    """RFC 8098: that somebody opened, or deleted, what we sent."""
    return root.media_type == "multipart/report" and (
        _report_type(root) == "disposition-notification"
        or any(child.media_type == RECEIPT for child in root.children)
    )


def _report_type(root: Part) -> str:
    return root.kind.parameters.get("report-type", "").strip().lower()


def _word(headers: Headers, name: str) -> str:
    return headers.first(name).partition(";")[0].partition("(")[0].strip().lower()
