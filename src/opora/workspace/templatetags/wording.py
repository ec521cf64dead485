"""Times, numbers and people in the words of the reader: their language, their time zone.

Durations come from CLDR, which the browser has too: `frontend/behaviors/ago.ts` says the same
words when the page grows older than its answer.
"""

import zlib
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.units import format_unit
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext

from opora.lib import clock

register = template.Library()

HUES = 6  # data-hue of .avatar
MANY = 999
NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Relative up to a week, then a date; the exact moment in its title."""
    return _time(moment, relative(moment), "ago") if moment else ""


@register.filter
def hours(moment: datetime) -> SafeString:
    """Clock time, for lists that carry day lines."""
    return _time(moment, format_datetime(localtime(moment), "HH:mm", locale=_locale()))


@register.filter
def seconds(moment: datetime) -> SafeString:
    """Exact clock time today, with the date before today: the journal's."""
    here = localtime(moment)
    form = "HH:mm:ss" if here.date() == localtime(clock.now()).date() else "d MMM, HH:mm:ss"
    return _time(moment, format_datetime(here, form, locale=_locale()))


@register.filter
def exactly(moment: datetime) -> str:
    """Date, time and zone, as a title."""
    here = localtime(moment)
    return _exactly(here, str(here.tzinfo), _locale())


@register.filter
def day_line(moment: datetime) -> SafeString:
    """The day above its messages: `Today, 18 November`."""
    here, today = localtime(moment).date(), localtime(clock.now()).date()
    form = "d MMMM" if here.year == today.year else "d MMMM y"
    words = format_date(here, form, locale=_locale())
    if here == today:
        words = ", ".join((pgettext("day", "Today"), words))
    elif here == today - timedelta(days=1):
        words = ", ".join((pgettext("day", "Yesterday"), words))
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), words)


def relative(moment: datetime) -> str:
    here, now = localtime(moment), localtime(clock.now())
    passed = now - here
    if passed < timedelta(minutes=1):
        return pgettext("moment", "now")
    if passed < timedelta(hours=1):
        return _unit(passed.seconds // 60, "duration-minute", _locale())
    if here.date() == now.date():
        return _unit(passed.seconds // 3600, "duration-hour", _locale())
    days = (now.date() - here.date()).days
    if days == 1:
        return pgettext("moment", "yesterday")
    if days < 7:
        return _date(here.date(), "ccc", _locale())
    return _date(here.date(), "d MMM" if here.year == now.year else "d MMM y", _locale())


@register.filter
def ticket_number(number: int) -> str:
    """`#24817` in English, `№ 24817` in Russian; the same form in mail and on pages."""
    return f"№{NO_BREAK}{number}" if _locale() == "ru" else f"#{number}"


@register.filter
def up_to_many(count: int) -> str:
    """Counters stop counting where nobody reads on."""
    return f"{MANY}+" if count > MANY else str(count)


@register.filter
def grouped(number: int) -> str:
    """12 345 with a narrow no-break space in Russian, 12,345 in English."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}" if _locale() == "ru" else ",")


@register.filter
@lru_cache(4096)
def initials(name: str) -> str:
    """Of the first and the last word; an address gives its first letter."""
    words = [word for word in name.replace("@", " @").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
@lru_cache(4096)
def hue(name: str) -> int:
    """1…6, the same for the same name on every page."""
    return zlib.crc32(name.encode()) % HUES + 1


def _time(moment: datetime, words: str, behavior: str = "") -> SafeString:
    attached = format_html(' data-behavior="{}"', behavior) if behavior else ""
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        localtime(moment).isoformat(timespec="seconds"),
        exactly(moment),
        attached,
        words,
    )


# A list says the same few dates and durations again and again, and CLDR's patterns are slow.
@lru_cache(4096)
def _exactly(here: datetime, _zone: str, locale: str) -> str:
    """`_zone`: the same moment in two zones is equal, and says other words."""
    return f"{format_datetime(here, _pattern(), locale=locale)}, {here.tzname()}"


@lru_cache(4096)
def _date(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(1024)
def _unit(amount: int, unit: str, locale: str) -> str:
    return format_unit(amount, unit, length="short", locale=locale).replace(" ", NO_BREAK)


def _locale() -> str:
    return "ru" if (get_language() or "en").startswith("ru") else "en"


def _pattern() -> str:
    return "d MMMM y, HH:mm:ss"
