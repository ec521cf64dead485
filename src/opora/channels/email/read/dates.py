"""When it was written, in UTC; None rather than a guess."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from opora.channels.email.read.headers import Headers

YEARS = range(1980, 2101)  # others are broken clocks, and some no calendar can hold


def date_of(headers: Headers) -> datetime | None:
    for value in headers.all("date"):
        try:
            moment = parsedate_to_datetime(value[:100].partition("(")[0].strip())
            # "-0000" gives a naive one: the time is UTC, the place is not said (RFC 5322).
            moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if moment.year in YEARS:
            return moment
    return None
