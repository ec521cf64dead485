"""A letter as the journal keeps and exports it; the names of the fields are a contract."""

import hashlib
from typing import Any

from opora.intake.models import Arrival
from opora.intake.types import Letter


def reading_of(letter: Letter) -> dict[str, Any]:
    return {
        "message_id": letter.message_id,
        "in_reply_to": list(letter.in_reply_to),
        "references": list(letter.references),
        "from": letter.sender,
        "from_name": letter.sender_name,
        "to": list(letter.to),
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "reply_text": letter.reply_text,
        "attachments": [
            {
                "name": file.name,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "inline": file.is_inline,
            }
            for file in letter.attachments
        ],
        "is_auto_reply": letter.is_auto_reply,
        "is_bounce": letter.is_bounce,
        "is_feedback": letter.is_feedback,
        "dsn": [{"status": dsn.status, "recipient": dsn.recipient} for dsn in letter.dsn],
    }


NOT_READ = reading_of(Letter(sender=""))


def line_of(arrival: Arrival) -> dict[str, Any]:
    """One line of `opora journal list --json`."""
    # PostgreSQL keeps no order of names, and an older reading may lack some.
    reading = NOT_READ | (arrival.reading.letter if hasattr(arrival, "reading") else {})
    return {
        "id": arrival.pk,
        "channel": arrival.door.channel,
        "mailbox": arrival.door.address,
        "received_at": arrival.received_at.isoformat(),
        "sha256": arrival.sha256,
        **reading,
        "outcome": arrival.outcome,
        "reason": arrival.reason,
        "ticket": arrival.ticket_id,
        "error": arrival.error,
    }
