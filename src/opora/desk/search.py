"""Finding tickets by what people type: a number, whose it is, words of the subject.

Every branch has an index of its own, and they are joined by OR, so that the planner may combine
their bitmaps. Full text without extensions: a database of somebody else's may have none.
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from opora.desk.models import Ticket
from opora.people import selectors as people

# Stems Russian and English alike: words in Latin letters go by the English stemmer.
SUBJECT = SearchVector("subject", config="russian")

_NUMBER = re.compile(r"(?:№|#)?\s*(\d{1,18})")
_WORD = re.compile(r"\w+")


def matching(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Those of the tickets that the text describes; all of them when it says nothing."""
    text = text.strip()
    if not text:
        return tickets
    requesters = people.find_person_ids(text)
    companies = people.find_company_ids(text)
    found = Q(requester_id__in=requesters) | Q(company_id__in=companies)
    number = _NUMBER.fullmatch(text)
    if number:
        found |= Q(id=int(number[1]))
    words = _WORD.findall(text)
    if words:
        tickets = tickets.alias(words=SUBJECT)
        found |= Q(words=SearchQuery(_query(words), config="russian", search_type="raw"))
    return tickets.filter(found)


def _query(words: list[str]) -> str:
    """All of the words, each as the beginning of one; `\\w+` leaves nothing to escape."""
    return " & ".join(f"'{word}':*" for word in words)
