"""Built files and icons. Icons live in one sprite; ids `i-*` are Lucide's, `st-*` our own."""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from opora.workspace.static_manifest import url_of

register = template.Library()

GLYPHS = {
    "new": "new",
    "in_progress": "work",
    "waiting": "wait",
    "on_hold": "hold",
    "solved": "solved",
    "closed": "closed",
}
STATUSES = {
    "new": pgettext_lazy("status", "New"),
    "in_progress": pgettext_lazy("status", "In progress"),
    "waiting": pgettext_lazy("status", "Waiting for requester"),
    "on_hold": pgettext_lazy("status", "On hold"),
    "solved": pgettext_lazy("status", "Solved"),
    "closed": pgettext_lazy("status", "Closed"),
}
SIGNS = {"low": "chevron-down", "high": "chevrons-up", "critical": "circle-alert"}
PRIORITIES = {
    "low": pgettext_lazy("priority", "Low"),
    "normal": pgettext_lazy("priority", "Normal"),
    "high": pgettext_lazy("priority", "High"),
    "critical": pgettext_lazy("priority", "Critical"),
}


@register.simple_tag
def asset(source: str) -> str:
    return url_of(source)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Decoration only: a control made of nothing but an icon carries its own name."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        url_of("sprite.svg"),
        name,
    )


@register.simple_tag
def mark() -> SafeString:
    return format_html(
        '<svg viewBox="0 0 24 24" aria-hidden="true"><use href="{}#mark"/></svg>',
        url_of("sprite.svg"),
    )


@register.simple_tag
def glyph(status: str, *, silent: bool = False) -> SafeString:
    """The shape of a status; `silent` where its word stands beside it."""
    return _glyph(GLYPHS[status], "" if silent else str(STATUSES[status]), url_of("sprite.svg"))


@lru_cache(128)
def _glyph(shape: str, name: str, sprite: str) -> SafeString:
    named = format_html(' role="img" aria-label="{}"', name)
    return format_html(
        '<svg class="glyph" data-status="{}"{}><use href="{}#st-{}"/></svg>',
        shape,
        named if name else SafeString(' aria-hidden="true"'),
        sprite,
        shape,
    )


@register.simple_tag
def ticket_path(name: str, number: int) -> str:
    """What `url` says, for rows: finding a route anew for each is a tenth of a list."""
    before, after = _around_number(name)
    return f"{before}{number}{after}"


@lru_cache(16)
def _around_number(name: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[0]).partition("0")
    return before, after


@register.filter
def status_word(status: str) -> str:
    return str(STATUSES[status])


@register.simple_tag
def priority_sign(priority: str, *, worded: bool = False) -> SafeString | str:
    """Only what is above or below normal is shown; `worded` beside the sign, else as its title."""
    if priority not in SIGNS:
        return ""
    return format_html(
        '<span class="priority" data-level="{0}" title="{1}">{2}'
        '<span class="{3}">{1}</span></span>',
        priority,
        PRIORITIES[priority],
        icon(SIGNS[priority]),
        "" if worded else "visually-hidden",
    )


@register.simple_tag
def priorities() -> list[tuple[str, str]]:
    """All of them with their words, for a field to choose from."""
    return [(value, str(word)) for value, word in PRIORITIES.items()]
