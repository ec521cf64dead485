"""`Content-Type: text/plain; charset=…` and its kind, with RFC 2231 names in all their forms."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from opora.channels.email.read import words
from opora.lib.text import text_of

MAX_PARAMETERS = 200
# name = "quoted" | name = token; what is between is skipped. A missing quote ends with the field.
PARAMETER = re.compile(
    r"""[;\s,]*([^\s=;,"()<>@]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))""", re.DOTALL
)
SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")


@dataclass(frozen=True)
class Parameterised:
    """A value with its parameters, both as Latin-1 text; names and value in lower case."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, hint: str | None = None) -> str:
        """A parameter as people read it: RFC 2231, else encoded words, else bare bytes."""
        extended = self._extended(name)
        if extended is not None:
            return extended
        return words.decoded(self.parameters.get(name, ""), hint)

    def _extended(self, name: str) -> str | None:
        sections = sorted(
            (int(match[2] or 0), bool(match[3]), value)
            for key, value in self.parameters.items()
            if "*" in key and (match := SECTION.fullmatch(key)) and match[1] == name
        )
        if not sections:
            return None
        charset, content = "", b""
        for number, is_encoded, said in sections:
            value = said
            if is_encoded and number == sections[0][0] and said.count("'") >= 2:
                charset, _, value = said.split("'", 2)
            content += (
                unquote_to_bytes(value.encode("latin-1")) if is_encoded else value.encode("latin-1")
            )
        text = text_of(content, charset or None)
        return words.decoded(text) if text.isascii() and "=?" in text else text


def parsed(value: str) -> Parameterised:
    """`text/plain; name="x"` taken apart; never fails, forgets what cannot be understood."""
    head, _, rest = value.partition(";")
    head = re.sub(r"\(.*?\)", "", head).strip().strip("\"'").lower()
    if "=" in head:  # the value is missing, the parameters are there
        first, _, after = head.partition(" ")
        head, rest = (first, after) if "/" in first and "=" not in first else ("", value)
    found: dict[str, str] = {}
    for match in PARAMETER.finditer(rest):
        if len(found) >= MAX_PARAMETERS:
            break
        name = match[1].lower()
        content = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3].strip()
        found.setdefault(name, content)
    return Parameterised(head.split(" ")[0] if " " in head else head, found)
