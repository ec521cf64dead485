"""The light markup agents type: Markdown without HTML, and every line break kept."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "h1", "h2", "h3", "h4"),
}


def html_of(text: str) -> str:
    """HTML that is safe to show and to send: nothing runs in it, links open elsewhere."""
    return nh3.clean(
        _markdown().render(text).strip(),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def text_of_markup(text: str) -> str:
    """The plain part: as typed. Light markup was made to be read so."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")
