"""HTML of strangers: cleaned so that nothing runs and nothing is fetched, and told as text.

A remote picture keeps its address in `data-remote-src`, where no browser looks for it.
"""

import re
from dataclasses import dataclass

import nh3
from selectolax.lexbor import LexborHTMLParser

from opora.channels.email.read import plain
from opora.lib.text import clean_text

MAX_GROWTH = 4  # misnested tags are repeated by the rules of HTML, on purpose without end
MAX_REPETITIONS = 2_000_000
MAX_DEPTH = 1_000  # the time to clean grows with its square
REMOTE = "data-remote-src"

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
FLAT = {  # elements that are empty, or closed by the next of their kind
    *("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "source"),
    *("p", "li", "td", "th", "tr", "dt", "dd", "option", "body", "html", "tbody"),
}
REPEATED = {  # formatting: if it is not closed, it goes on in every paragraph to come
    *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong"),
    *("tt", "u"),
}
INVISIBLE = {
    *("script", "style", "title", "head", "template", "iframe", "object", "embed", "applet"),
    *("noembed", "noframes", "svg", "math", "audio", "video", "canvas", "select", "textarea"),
}
TAGS = {
    *("a", "abbr", "address", "b", "big", "blockquote", "br", "caption", "center", "cite", "code"),
    *("col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark"),
    *("ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"),
}
SIZES = {"width", "height", "align", "valign", "bgcolor"}
CELLS = {"colspan", "rowspan", *SIZES}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href"},
    "blockquote": {"type"},
    "col": {"span", *SIZES},
    "colgroup": {"span", *SIZES},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "img": {"src", "alt", REMOTE, "border", *SIZES},
    "li": {"value"},
    "ol": {"start", "type"},
    "p": {"align"},
    "table": {"border", "cellpadding", "cellspacing", *SIZES},
    "td": CELLS,
    "th": CELLS,
    "tr": SIZES,
    "ul": {"type"},
}
REMOTE_PICTURE = re.compile(r"(?:https?:)?//[^\s\"'<>]", re.I)
SAFE_PICTURE = re.compile(r"\s*(?:cid:[^\s\"'<>]{1,255}|data:image/(?:png|jpe?g|gif|webp);base64,)")
# No url(), no position, nothing that leaves its place: neither fetched from nor painted over.
SAFE_STYLE = re.compile(
    r"\s*(?:color|background-color|font(?:-(?:weight|style|size|family|variant))?|line-height"
    r"|text-(?:align|decoration|indent|transform)|white-space|vertical-align|direction"
    r"|list-style-type|word-(?:break|wrap|spacing)|overflow-wrap|letter-spacing"
    r"|(?:padding|border)(?:-[a-z-]{1,20})?|margin(?:-[a-z]{1,10})?|(?:max-)?(?:width|height)"
    r"|border-collapse|display)\s*:\s*(?:[\w\s.,%#'\"!+-]|rgba?\([\d\s.,%]{1,40}\)){1,200}",
    re.I,
)
FORBIDDEN_STYLE = re.compile(
    r"display\s*:(?!\s*(?:none|block|inline))|margin[a-z-]*\s*:.*-\d", re.I
)


@dataclass(frozen=True)
class Markup:
    html: str  # cleaned; empty when it is not to be trusted at all
    text: str
    defect: str = ""


def read(html: str, *, wants_text: bool) -> Markup:
    """Both faces of one HTML body; the text only if it is wanted, since it costs the most."""
    if _is_too_deep(html):
        return Markup("", plain.without_tags(html), "HTML nested too deep: only its text is kept")
    tree = LexborHTMLParser(html)
    if len(_whole(tree)) > MAX_GROWTH * len(html) + 10_000:
        return Markup("", plain.without_tags(html), "HTML that grows: only its text is kept")
    text = clean_text(plain.text_of_tree(tree)) if wants_text else ""
    _defuse(tree)
    return Markup(clean_text(_clean(_whole(tree))).strip(), text)


def _whole(tree: LexborHTMLParser) -> str:
    return (tree.body.html if tree.body is not None else tree.html) or ""


def _is_too_deep(html: str) -> bool:
    """Elements within elements, or tags after tags that a parser would repeat without end."""
    depth = repeated = repetitions = 0
    for closing, said in TAG.findall(html):
        name = said.lower()
        step = -1 if closing else 1
        if name not in FLAT:
            depth = max(depth + step, 0)
        if name in REPEATED:
            repeated = max(repeated + step, 0)
        repetitions += repeated
        if depth > MAX_DEPTH or repetitions > MAX_REPETITIONS:
            return True
    return False


def _defuse(tree: LexborHTMLParser) -> None:
    for picture in tree.css("img[src]"):
        address = (picture.attributes.get("src") or "").strip()
        if not SAFE_PICTURE.match(address):
            del picture.attrs["src"]
            if REMOTE_PICTURE.match(address):
                picture.attrs[REMOTE] = address[:2000]


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=INVISIBLE,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _safe_style(value)
    if name == REMOTE:
        return value if REMOTE_PICTURE.match(value) else None
    if name == "src":
        return value.strip() if SAFE_PICTURE.match(value) else None
    if name == "href":
        return None if re.match(r"\s*(?:data|cid):", value, re.I) else value
    return value


def _safe_style(value: str) -> str | None:
    declarations = value[:4000].split(";")
    kept = [
        declaration.strip()
        for declaration in declarations
        if SAFE_STYLE.fullmatch(declaration) and not FORBIDDEN_STYLE.search(declaration)
    ]
    return "; ".join(kept) or None
