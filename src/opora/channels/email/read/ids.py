"""Message-IDs: the letter's own, those it answers, and those of a letter that it returns."""

import re
from collections.abc import Iterable

from opora.channels.email.read.headers import Headers
from opora.lib.text import clean_text

# Without an at sign it is malformed, and what others answer to all the same.
MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
IN_PROSE = re.compile(r"^[>| \t]{0,20}message-id:\s{0,5}(<[^<>\s]{1,990}>)", re.I | re.M)
MAX_IDS = 100
MAX_BYTES = 990  # in UTF-8: PostgreSQL's indexes take a value up to 2704


def own_id(headers: Headers) -> str:
    return next(iter(ids_in(headers.all("message-id"))), "")


def ids_in(values: Iterable[str]) -> tuple[str, ...]:
    """At most 100, each once: the first, which began the conversation, and the latest."""
    found = tuple(
        dict.fromkeys(clean_text(match) for value in values for match in MESSAGE_ID.findall(value))
    )
    found = tuple(each for each in found if len(each.encode()) <= MAX_BYTES)
    return found if len(found) <= MAX_IDS else (found[0], *found[1 - MAX_IDS :])


def ids_in_prose(text: str) -> tuple[str, ...]:
    """`Message-ID: <…>` at the head of a line, as in a letter that was copied into the text."""
    return ids_in(IN_PROSE.findall(text))
