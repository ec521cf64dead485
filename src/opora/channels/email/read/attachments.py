"""Files out of leaves: a safe name, the bytes that were meant, whether it stands in the text."""

import re
from urllib.parse import unquote

from opora.channels.email.read import filenames, headers, words
from opora.channels.email.read.choice import disposition_of
from opora.channels.email.read.parts import Part
from opora.intake.types import Attachment
from opora.lib.text import clean_text

LETTERS = {"message/rfc822", "message/global"}
CID = re.compile(r"""cid:([^"'\s>)]{1,255})""", re.I)


def attachments_of(files: list[Part], html: str, hint: str | None) -> tuple[Attachment, ...]:
    """`html` is the cleaned body: what it refers to stands in the text."""
    referred = {unquote(name).lower() for name in CID.findall(html)}
    return tuple(
        _attachment(part, number, referred, hint) for number, part in enumerate(files, start=1)
    )


def _attachment(part: Part, number: int, referred: set[str], hint: str | None) -> Attachment:
    disposition = disposition_of(part)
    content_id = clean_text(words.decoded(part.headers.first("content-id"))).strip("<> ")[:255]
    is_picture = part.media_type.startswith("image/")
    return Attachment(
        name=_name(part, number, hint),
        media_type=part.media_type,
        content=part.content(),
        content_id=content_id,
        is_inline=bool(content_id and content_id.lower() in referred)
        or (is_picture and disposition.value == "inline"),
    )


def _name(part: Part, number: int, hint: str | None) -> str:
    said = disposition_of(part).text("filename", hint) or part.kind.text("name", hint)
    if name := filenames.clean_name(clean_text(said)):
        return name
    return filenames.name_for(part.media_type, number, _title(part, hint))


def _title(part: Part, hint: str | None) -> str:
    """An attached letter is known by its subject."""
    if part.media_type in LETTERS:
        inner, _ = headers.split(part.content()[: headers.MAX_BLOCK])
        return clean_text(words.decoded(inner.first("subject"), hint))[:100]
    return clean_text(words.decoded(part.headers.first("content-description"), hint))[:100]
