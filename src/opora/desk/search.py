"""Finding tickets by what people type: a number, whose it is, words of the subject.

Full text without extensions: a database of somebody else's may have none.
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from opora.desk.models import Ticket
from opora.people import selectors as people

# Stems Russian and English alike: words in Latin letters go by the English stemmer.
SUBJECT = SearchVector("subject", config="russian")

_NUMBER = re.compile(r"(?:№|#)?\s*(\d{1,18})")
_WORD = re.compile(r"\w+")


def matching(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Those of the tickets that the text describes; all of them when it says nothing."""
    text = text.replace("\0", " ").strip()  # PostgreSQL has no such sign
    if not text:
        return tickets
    # A union, because each of its parts is found by an index of its own. Joined by OR beside an
    # order by time, rare words were looked for in every ticket: 150 ms instead of 5 at 100,000.
    first, *others = (found.values("id") for found in _found(text))
    return tickets.filter(id__in=first.union(*others))


def _found(text: str) -> list[QuerySet[Ticket]]:
    number = _NUMBER.fullmatch(text)
    found = [
        # Even when it is none: a union of one part would be no union.
        Ticket.objects.filter(id=int(number[1]) if number else 0),
        Ticket.objects.filter(requester_id__in=people.find_person_ids(text)),
        Ticket.objects.filter(company_id__in=people.find_company_ids(text)),
    ]
    words = _WORD.findall(text)
    if words:
        query = SearchQuery(_query(words), config="russian", search_type="raw")
        found.append(Ticket.objects.alias(words=SUBJECT).filter(words=query))
    return found


def _query(words: list[str]) -> str:
    """All of the words, each as the beginning of one; `\\w+` leaves nothing to escape."""
    return " & ".join(f"'{word}':*" for word in words)
