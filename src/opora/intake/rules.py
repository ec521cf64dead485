"""When an arrival is taken up again, and who gets a receipt. Plain Python."""

from datetime import timedelta

# How long a worker may take over one letter before another tries; one that died, until it is seen.
LEASE = timedelta(minutes=2)
# An answer waits for the letters that came before it: the one it answers may be among them.
BEHIND_OLDER = timedelta(seconds=2)
AFTER_OUTAGE = timedelta(seconds=20)
# After so many it may be the letter that kills: it waits for the lease, and others pass before it.
SUSPECT_TRIES = 3
# After so many tries that all ended with the worker dead, the letter is at fault.
MAX_TRIES = 5

AUTOMATIC_PRECEDENCE = {"bulk", "list", "junk", "auto_reply"}


def is_automatic(headers: dict[str, str], *, envelope_from: str | None) -> bool:
    """Whether a machine sent the letter (RFC 3834 and what is met besides): no receipt for it.

    `envelope_from` is None where it is not known; empty where the sender wants no answer.
    """
    submitted = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or headers.get("precedence", "").strip().lower() in AUTOMATIC_PRECEDENCE
        or "list-id" in headers
        or "list-unsubscribe" in headers
        or "x-auto-response-suppress" in headers
        or "x-autoreply" in headers
        or envelope_from == ""
        or headers.get("return-path", "").strip() == "<>"
    )
