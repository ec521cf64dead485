"""A delivery as the bytes of a letter (RFC 5322, MIME): ASCII only, the same on every try."""

import base64
import hashlib
import re
from collections.abc import Sequence
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from urllib.parse import quote

from opora.channels.email.read import words
from opora.lib import addresses
from opora.outbox.models import Delivery, DeliveryFile

Content = tuple[DeliveryFile, bytes]

MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,900}>")
MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
PLAIN_NAME = re.compile(r"[\w .()+@-]{1,60}", re.ASCII)
# Folded here and not by the generator: it writes a long Message-ID as an empty line and one more,
# which some servers take for none.
FOLD = "\n "
ON_THE_WIRE = compat32.clone(linesep="\r\n", max_line_length=None)


def compose(delivery: Delivery, contents: Sequence[Content]) -> bytes:
    """The letter of a delivery with the bytes of its files; lines end with CRLF.

    Raises ValueError when From cannot be written. Only where sender or recipient have letters
    beyond ASCII before the @ are there 8-bit bytes, and those in the head (RFC 6532).
    """
    letter = _body(delivery, contents)
    letter["MIME-Version"] = "1.0"
    for name, value in _head(delivery):
        if value:
            letter[name] = value
    _set_boundaries(letter, delivery.message_id)
    return letter.as_bytes(policy=ON_THE_WIRE)


def needs_utf8(*envelope: str) -> bool:
    """Whether an address has letters beyond ASCII before the @: those no server can translate."""
    return not all(address.rpartition("@")[0].isascii() for address in envelope)


def _head(delivery: Delivery) -> list[tuple[str, str]]:
    _, sender = addresses.parse_entry(delivery.sender)
    utf8 = needs_utf8(sender, delivery.recipient)
    addresses.wire(sender)
    answers_to = [entry for entry in delivery.answers_to if MESSAGE_ID.fullmatch(entry)]
    return [
        ("From", _entries([delivery.sender], utf8=utf8)),
        ("To", _entries(delivery.to, utf8=utf8)),
        ("Cc", _entries(delivery.cc, utf8=utf8)),
        ("Reply-To", _entries([delivery.reply_to], utf8=utf8)),
        ("Subject", _words(delivery.subject)),
        ("Date", format_datetime(delivery.queued_at)),
        ("Message-ID", addresses.one_line(delivery.message_id)),
        ("In-Reply-To", "".join(answers_to[-1:])),
        ("References", FOLD.join(answers_to)),
        *_marks_of_a_machine(delivery),
    ]


def _marks_of_a_machine(delivery: Delivery) -> list[tuple[str, str]]:
    """RFC 3834, and what Exchange understands: no machine shall answer a machine."""
    if not delivery.is_automatic:
        return []
    is_answer = delivery.purpose == Delivery.Purpose.RECEIPT
    return [
        ("Auto-Submitted", "auto-replied" if is_answer else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def _entries(entries: Sequence[str], *, utf8: bool) -> str:
    return f",{FOLD}".join(filter(None, (_entry(entry, utf8=utf8) for entry in entries)))


def _entry(text: str, *, utf8: bool) -> str:
    """Name and address as a header has them; empty when there is no address that can be written."""
    name, address = addresses.parse_entry(text)
    if "=?" in name:
        name = words.decoded(name)
    try:
        wire = addresses.wire(address)
    except ValueError:
        return ""
    if not wire.isascii():
        if not utf8:
            # RFC 6857: an empty group that shows the address to whoever cannot be answered.
            return f"{_words(addresses.entry(name, address))}:;"
        # As the generator wants bytes that shall pass as they are.
        wire = wire.encode().decode("ascii", "surrogateescape")
    if not name:
        return wire
    if name.isascii() and "=?" not in name:
        return addresses.entry(name, wire)
    return f"{_words(name)}{FOLD}<{wire}>"


def _words(text: str) -> str:
    """Readable text as a header's; in encoded words when it must, or when it looks like one."""
    text = addresses.one_line(text)
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset).encode(maxlinelen=66)


def _body(delivery: Delivery, contents: Sequence[Content]) -> Message:
    """mixed(alternative(plain, related(HTML, inline pictures)), files): as few as are needed."""
    inline = [content for content in contents if _is_shown(delivery.html, content[0])]
    body: Message = _text(delivery.text, "plain")
    if delivery.html:
        page = f"<!DOCTYPE html>\n<html><body>\n{delivery.html}\n</body></html>\n"
        pictures = [_file(file, raw, "inline") for file, raw in inline]
        body = _multipart(
            "alternative", body, _multipart("related", _text(page, "html"), *pictures)
        )
    attached = [content for content in contents if content not in inline]
    return _multipart("mixed", body, *(_file(file, raw, "attachment") for file, raw in attached))


def _is_shown(html: str, file: DeliveryFile) -> bool:
    """An inline file that no text shows would be seen by nobody: such a one is attached."""
    return bool(file.content_id) and f"cid:{file.content_id.strip('<>')}" in html


def _multipart(kind: str, first: Message, *others: Message) -> Message:
    if not others:
        return first
    whole = MIMEMultipart(kind)
    del whole["MIME-Version"]
    for part in (first, *others):
        whole.attach(part)
    return whole


def _text(text: str, kind: str) -> Message:
    charset = Charset("utf-8")  # base64, which Russian needs least of
    if text.isascii():
        charset.body_encoding = QP  # readable; keeps the blank of a signature's "-- "
    part = MIMENonMultipart("text", kind, charset="utf-8")
    part.set_payload(text.replace("\r\n", "\n").replace("\r", "\n"), charset)
    del part["MIME-Version"]
    return part


def _file(file: DeliveryFile, raw: bytes, disposition: str) -> Message:
    """In base64 always; an attached letter too, so it goes as bytes (RFC 2046 5.2.1 forbids it)."""
    part = Message()
    known = MEDIA_TYPE.fullmatch(file.media_type)
    part["Content-Type"] = file.media_type if known else "application/octet-stream"
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = f";{FOLD}".join([disposition, *_filename(file.name)])
    content_id = f"<{file.content_id.strip('<>')}>"
    if file.content_id and MESSAGE_ID.fullmatch(content_id):
        part["Content-ID"] = content_id
    part.set_payload(base64.encodebytes(raw).decode("ascii"))
    return part


def _filename(name: str) -> list[str]:
    """RFC 2231: in UTF-8, and in pieces, because a line holds 78 characters."""
    name = addresses.one_line(name).replace("/", "_").replace("\\", "_")
    if PLAIN_NAME.fullmatch(name):
        return [f'filename="{name}"']
    pieces = re.findall(r"(?:%..|.){1,18}", "utf-8''" + quote(name, safe=""))
    if len(pieces) == 1:
        return [f"filename*={pieces[0]}"]
    return [f"filename*{number}*={piece}" for number, piece in enumerate(pieces)]


def _set_boundaries(letter: Message, message_id: str) -> None:
    """The same on every try, and in no part: neither base64 nor quoted-printable writes "=_"."""
    parts = [part for part in letter.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        seed = f"{message_id} {number}".encode()
        part.set_boundary(f"=_{hashlib.sha256(seed).hexdigest()[:24]}")
