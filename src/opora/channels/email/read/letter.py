"""The whole reading: raw mail into a Letter, whatever it is, in bounded time."""

from opora.channels.email.read import (
    addresses,
    attachments,
    automatic,
    dates,
    ids,
    quotes,
    reports,
    words,
)
from opora.channels.email.read.body import Body
from opora.channels.email.read.choice import choice_of
from opora.channels.email.read.headers import Headers
from opora.channels.email.read.parts import Part, Tree, tree_of
from opora.intake.types import Letter
from opora.lib.text import clean_text

MAX_SUBJECT = 1_000
MAX_DEFECTS = 20
DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to")
KEPT = (
    *("auto-submitted", "precedence", "list-id", "list-unsubscribe", "x-auto-response-suppress"),
    *("x-autoreply", "return-path", "reply-to"),
)


def letter_of(raw: bytes) -> Letter:
    """Never raises for odd bytes; what is odd is named in `defects`."""
    tree = tree_of(raw)
    root = tree.root
    choice = choice_of(root)
    body = Body(choice.passages, tree.defects)
    hint = body.charset
    subject = _line(root.headers.first("subject"), hint)[:MAX_SUBJECT]
    sender_name, sender = addresses.sender_of(root.headers, hint)
    report = reports.report_of(root, subject, body.text)
    files = choice.files + body.kept_whole
    cc = _addresses(root.headers, "cc")
    if not sender:
        tree.defects.append("no sender")
    return Letter(
        sender=clean_text(sender)[:320],
        sender_name=clean_text(sender_name),
        to=tuple(dict.fromkeys((*_addresses(root.headers, "to"), *cc))),
        cc=cc,
        subject=subject,
        text=body.text,
        html=body.html,
        reply_text=_reply(body.text, subject, root.headers),
        message_id=ids.own_id(root.headers),
        in_reply_to=ids.ids_in(root.headers.all("in-reply-to")),
        references=ids.ids_in(root.headers.all("references")),
        sent_at=dates.date_of(root.headers),
        attachments=attachments.attachments_of(files, body.html, hint),
        is_auto_reply=_is_auto_reply(root, subject, report),
        is_bounce=report.is_bounce,
        is_feedback=report.is_feedback,
        dsn=report.dsn,
        delivered_to=_addresses(root.headers, *DELIVERED),
        quoted_ids=report.quoted_ids,
        headers=_kept(root.headers, hint),
        defects=_defects(tree),
    )


def _line(value: str, hint: str | None) -> str:
    return clean_text(words.decoded(value, hint))


def _addresses(headers: Headers, *names: str) -> tuple[str, ...]:
    return tuple(clean_text(address)[:320] for address in addresses.addresses_of(headers, *names))


def _reply(text: str, subject: str, headers: Headers) -> str:
    is_answer = "in-reply-to" in headers or "references" in headers
    is_answer = is_answer or bool(quotes.ANSWER_SUBJECT.match(subject))
    return quotes.reply_of(text, subject, is_answer=is_answer)


def _is_auto_reply(root: Part, subject: str, report: reports.Report) -> bool:
    """A bounce answers by itself too, but is something else to everybody who reads it."""
    is_report = report.is_bounce or report.is_feedback
    return not is_report and automatic.is_auto_reply(root, subject)


def _kept(headers: Headers, hint: str | None) -> dict[str, str]:
    return {name: _line(headers.first(name), hint)[:500] for name in KEPT if name in headers}


def _defects(tree: Tree) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tree.defects))[:MAX_DEFECTS]
