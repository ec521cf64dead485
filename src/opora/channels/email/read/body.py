"""Text and HTML of a letter out of the passages of its body, in their order."""

import html as entities
import re
from collections.abc import Iterable, Sequence

from opora.channels.email.read import markup, transfer
from opora.channels.email.read.choice import Passage
from opora.channels.email.read.markup import Markup
from opora.channels.email.read.parts import Part
from opora.lib.text import text_of

MAX_TEXT = 500_000  # characters of the whole; what is longer is kept as a file too
MAX_HTML = 2_000_000
MAX_BYTES = 4 * MAX_HTML  # of one part, whatever becomes of them
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{2,40})", re.I)


class Body:
    """What was cut off is named in `defects`, and stands whole in `kept_whole`."""

    def __init__(self, passages: list[Passage], defects: list[str]) -> None:
        self.charset = _charset(leaf for passage in passages for leaf in passage.leaves)
        self.kept_whole: list[Part] = []
        self._defects = defects
        self._room, self._html_room = MAX_TEXT, MAX_HTML
        has_html = any(passage.html for passage in passages)
        told = [self._told(passage, wants_html=has_html) for passage in passages]
        self.text = "\n\n".join(text for text, _ in told if text)
        self.html = "\n".join(html for _, html in told if html)

    def _told(self, passage: Passage, *, wants_html: bool) -> tuple[str, str]:
        plain = self._fitted(passage.plain, _joined(self._plain(leaf) for leaf in passage.plain))
        pages = [self._page(leaf, wants_text=not plain) for leaf in passage.html]
        text = plain or self._fitted(passage.html, _joined(page.text for page in pages))
        if not wants_html:
            return text, ""
        return text, "\n".join(page.html for page in pages if page.html) or _as_html(text)

    def _plain(self, leaf: Part) -> str:
        text = self._text(leaf)
        return "\n".join(text.splitlines()).strip("\n").rstrip()

    def _page(self, leaf: Part, *, wants_text: bool) -> Markup:
        if leaf.media_type != "text/html":
            text = self._plain(leaf)[:MAX_TEXT]
            return Markup(_as_html(text), text)
        html = self._text(leaf)
        if len(html) > self._html_room:
            self._keep(leaf, "HTML cut off: too long")
            html = html[: self._html_room]
        self._html_room -= len(html)
        page = markup.read(html, wants_text=wants_text)
        if page.defect:
            self._keep(leaf, page.defect)
        return page

    def _text(self, leaf: Part) -> str:
        content = transfer.mended(leaf.content(), leaf.encoding)
        if len(content) > MAX_BYTES:
            self._keep(leaf, "text cut off: too long")
            content = content[:MAX_BYTES]
        declared = leaf.kind.parameters.get("charset")
        if not declared and leaf.media_type == "text/html":
            meta = META_CHARSET.search(content[:3000])
            declared = meta[1].decode("ascii", "replace") if meta else None
        return text_of(content, declared, self.charset)

    def _fitted(self, leaves: Sequence[Part], text: str) -> str:
        if len(text) > self._room:
            for leaf in leaves:
                self._keep(leaf, "text cut off: too long")
            text = text[: self._room]
        self._room -= len(text)
        return text

    def _keep(self, leaf: Part, defect: str) -> None:
        self._defects.append(defect)
        if all(kept is not leaf for kept in self.kept_whole):
            self.kept_whole.append(leaf)


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())


def _as_html(text: str) -> str:
    lines = entities.escape(text, quote=False).replace("\n", "<br>\n")
    return f"<p>{lines}</p>" if text.strip() else ""


def _charset(leaves: Iterable[Part]) -> str | None:
    """What the letter says of its body is the best guess for a bare header."""
    return next((c for leaf in leaves if (c := leaf.kind.parameters.get("charset"))), None)
