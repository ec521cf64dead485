"""Words of strangers and of agents as calm HTML.

What requesters wrote is shown as text in our own type; the letter as it was sent stands one click
away in a frame of its own. Nothing here trusts its input: whatever comes in, only a handful of
tags without attributes (and links of three schemes) go out.
"""

import re

import nh3
from django import template
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TAGS = {"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "a", "blockquote", "pre", "code"}
SCHEMES = {"http", "https", "mailto"}
OUTSIDE = 'target="_blank" rel="nofollow noopener noreferrer"'  # the ticket stays open
BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text: blank lines part paragraphs, lines are kept, addresses become links."""
    parts = [part for part in BLANK_LINES.split(text.strip("\n")) if part.strip()]
    html = (f"<p>{_lines(part)}</p>" for part in parts)
    return mark_safe("".join(html))  # noqa: S308  every part is escaped


@register.filter
def rich(html: str) -> SafeString:
    """HTML of our own composer, cleaned once more on its way out."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308  cleaned


@register.filter
def quoted(text: str, reply_text: str) -> str:
    """What the letter carried beside the reply: quoted history, signature."""
    text, reply = text.strip(), reply_text.strip()
    if text == reply:
        return ""
    return text[len(reply) :].strip() if reply and text.startswith(reply) else text


def _lines(part: str) -> str:
    linked = urlize(part, nofollow=True, autoescape=True)
    return linked.replace('rel="nofollow"', OUTSIDE).replace("\n", "<br>")
