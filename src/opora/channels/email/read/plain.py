"""The text of HTML as people read it: paragraphs, lists, quotes as `> `, where links lead."""

import html as entities
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_QUOTE = 10  # levels that are told apart
MAX_LINK = 500
INVISIBLE = {
    *("script", "style", "title", "head", "template", "iframe", "object", "embed", "noembed"),
    *("noframes", "svg", "math", "audio", "video", "canvas", "select", "textarea"),
}
BLOCKS = {
    *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("figure", "footer", "form", "header", "hr", "li", "main", "nav", "ol", "section", "table"),
    *("tr", "ul", "caption"),
}
APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}  # a blank line around
HIDDEN = re.compile(r"display\s*:\s*none", re.I)
BLANKS = re.compile(r"[ \t\r\n\f]+")
SPACES = re.compile(" {2,}")
TAG = re.compile(r"<[^<>]{0,2000}>")
NOISE = re.compile("[\u200b\u200c\u2060\ufeff\u00ad\u034f]")


class Page:
    """Lines as they are written, each with the depth of its quote."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.quote = 0
        self.verbatim = 0  # how many <pre> are open

    def say(self, text: str) -> None:
        if self.verbatim:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.pieces.append(first)
            for line in others:
                self.end_line(even_empty=True)
                self.pieces.append(line)
        else:
            self.pieces.append(BLANKS.sub(" ", text))

    def end_line(self, *, even_empty: bool = False) -> None:
        if not self.pieces and not even_empty:
            return
        line = "".join(self.pieces)
        line = line.rstrip() if self.verbatim else SPACES.sub(" ", line).strip()
        self.pieces.clear()
        if line or even_empty:
            mark = ">" * min(self.quote, MAX_QUOTE)
            self.lines.append(f"{mark} {line}".strip() if mark else line)

    def part(self) -> None:
        """A blank line, unless there is one."""
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line(even_empty=True)

    def text(self) -> str:
        self.end_line()
        whole = NOISE.sub("", "\n".join(self.lines)).replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", whole).strip()


def text_of_tree(tree: LexborHTMLParser) -> str:
    """Depth first without recursion: a letter may nest as deep as it likes."""
    page = Page()
    hidden = _hidden_in(tree)
    open_ones: list[tuple[LexborNode, str]] = []
    node = tree.body or tree.root
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            page.say(node.text(deep=False))
        if _is_readable(tag) and not (hidden and node.mem_id in hidden):
            _enter(tag, node, page)
            open_ones.append((node, tag))
            node = node.first_child
        else:
            node = node.next if open_ones else None
        while node is None and open_ones:
            ended, tag = open_ones.pop()
            _leave(tag, ended, page)
            node = ended.next if open_ones else None
    return page.text()


def without_tags(html: str) -> str:
    """The text of HTML that is too hostile to be parsed."""
    return BLANKS.sub(" ", entities.unescape(TAG.sub(" ", html))).strip()


def _hidden_in(tree: LexborHTMLParser) -> set[int]:
    found = tree.css('[hidden], [style*="none" i]')
    return {node.mem_id for node in found if _is_hidden(node)}


def _is_readable(tag: str) -> bool:
    return tag not in INVISIBLE and not tag.startswith("-")


def _enter(tag: str, node: LexborNode, page: Page) -> None:
    """What stands at the beginning of an element."""
    if tag == "br":
        page.end_line(even_empty=True)
    elif tag in APART:
        page.part()
    elif tag in BLOCKS:
        page.end_line()
    _begin(tag, node, page)


def _begin(tag: str, node: LexborNode, page: Page) -> None:
    if tag == "blockquote":
        page.quote += 1
    elif tag == "pre":
        page.verbatim += 1
    elif tag == "li":
        page.say("- ")
    elif tag in {"td", "th"}:
        page.say(" ")
    elif tag == "hr":
        page.part()
    elif tag == "img":
        alt = node.attributes.get("alt") or ""
        page.say(alt if len(alt) <= 4 else "")  # an emoji drawn as a picture


def _leave(tag: str, node: LexborNode, page: Page) -> None:
    if tag == "a":
        page.say(_target(node))
    elif tag in APART:
        page.part()
    elif tag in BLOCKS:
        page.end_line()
    if tag == "blockquote":
        page.quote = max(page.quote - 1, 0)
    elif tag == "pre":
        page.verbatim = max(page.verbatim - 1, 0)


def _target(node: LexborNode) -> str:
    """Where a link leads, if its words do not say it."""
    address = (node.attributes.get("href") or "").strip()
    if not re.match(r"https?://\S+$", address, re.I) or len(address) > MAX_LINK:
        return ""
    said = node.text().strip()
    is_said = not said or said.rstrip("/") in address or "://" in said
    return "" if is_said else f" <{address}>"


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(HIDDEN.search(attributes.get("style") or ""))
