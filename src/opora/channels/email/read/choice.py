"""Which parts are the body, and which are files.

Kind        | body
alternative | its plain part as text, its last HTML as HTML
related     | its root; pictures beside it are files
others      | every inline text, one after the other
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from opora.channels.email.read import parameters
from opora.channels.email.read.parts import Part

READABLE = {"text/plain", "text/html"}


@dataclass(frozen=True)
class Passage:
    """A stretch of the body: its plain parts, and the same (or more) as HTML."""

    plain: tuple[Part, ...] = ()
    html: tuple[Part, ...] = ()

    @property
    def leaves(self) -> tuple[Part, ...]:
        return self.plain + self.html


@dataclass
class Choice:
    passages: list[Passage]
    files: list[Part] = field(default_factory=list)


def choice_of(root: Part) -> Choice:
    """Body and files: each leaf is one of them."""
    parts = list(root.walk())
    passages = _passages(parts, _is_readable)
    if not passages:
        # Only a name speaks against it: some programs call the text of the letter "message.html".
        passages = _passages(parts, _is_readable_though_named)[:1]
    body = {id(leaf) for passage in passages for leaf in passage.leaves}
    leaves = (part for part in parts if not part.children)
    return Choice(passages, [leaf for leaf in leaves if id(leaf) not in body])


def disposition_of(part: Part) -> parameters.Parameterised:
    return parameters.parsed(part.headers.first("content-disposition"))


def has_name(part: Part) -> bool:
    """`name` and `filename`, the ways of RFC 2231 (`filename*0*`) included."""
    names = (*disposition_of(part).parameters, *part.kind.parameters)
    return any(name.partition("*")[0] in {"filename", "name"} for name in names)


def _is_readable(part: Part) -> bool:
    if part.media_type not in READABLE or disposition_of(part).value == "attachment":
        return False
    return part.depth == 0 or not has_name(part)


def _is_readable_though_named(part: Part) -> bool:
    disposition = disposition_of(part)
    is_file = disposition.value == "attachment" or "filename" in disposition.parameters
    return part.media_type in READABLE and not is_file


def _passages(parts: list[Part], is_readable: Callable[[Part], bool]) -> list[Passage]:
    """Children stand after their parents in `parts`, so from the end each finds its own done."""
    done: dict[int, list[Passage]] = {}
    for part in reversed(parts):
        if part.children:
            done[id(part)] = _joined(part, [done[id(child)] for child in part.children])
        elif is_readable(part):
            is_html = part.media_type == "text/html"
            done[id(part)] = [Passage(html=(part,)) if is_html else Passage(plain=(part,))]
        else:
            done[id(part)] = []
    return done[id(parts[0])]


def _joined(part: Part, children: list[list[Passage]]) -> list[Passage]:
    if part.media_type == "multipart/alternative":
        return _alternative(children)
    if part.media_type == "multipart/related":
        return children[_root_of(part)]
    return [passage for passages in children for passage in passages]


def _alternative(children: list[list[Passage]]) -> list[Passage]:
    plain = next((c for c in children if c and not any(p.html for p in c)), [])
    html = next((c for c in reversed(children) if any(p.html for p in c)), [])
    if not html:
        return plain[:]
    if not plain:
        return html[:]
    return [
        Passage(
            tuple(leaf for passage in plain for leaf in passage.leaves),
            tuple(leaf for passage in html for leaf in (passage.html or passage.plain)),
        )
    ]


def _root_of(part: Part) -> int:
    """The part that `start` names, else the first that can be one."""
    start = part.kind.parameters.get("start", "").strip("<> ")
    for place, child in enumerate(part.children):
        if start and child.headers.first("content-id").strip("<> ") == start:
            return place
    for place, child in enumerate(part.children):
        if re.match(r"text/(plain|html)|multipart/", child.media_type):
            return place
    return 0
