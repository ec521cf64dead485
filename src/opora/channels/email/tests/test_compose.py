import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from opora.channels.email.compose import compose
from opora.lib.addresses import entry
from opora.outbox.models import Delivery, DeliveryFile

QUEUED = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)


def a_delivery(**over: Any) -> Delivery:
    given = {
        "sender": entry("Поддержка «Ромашки»", "support@demo.example"),
        "recipient": "alice@example.org",
        "to": [entry("Alice", "alice@example.org")],
        "subject": "Re: [#7] Printer",
        "text": "Turn it off and on again.\n\n-- \nDana\n",
        "message_id": "<opora.7.a.b@demo.example>",
        "queued_at": QUEUED,
    }
    return Delivery(**(given | over))


def a_file(name: str, media_type: str = "application/pdf", content_id: str = "") -> DeliveryFile:
    return DeliveryFile(name=name, media_type=media_type, content_id=content_id)


def read(raw: bytes) -> EmailMessage:
    letter = email.message_from_bytes(raw, policy=email.policy.SMTPUTF8)
    assert isinstance(letter, EmailMessage)
    return letter


def test_a_letter_says_who_whom_what_and_when() -> None:
    letter = read(compose(a_delivery(cc=["Boss <boss@example.org>"], reply_to="r@x.example"), ()))
    assert letter["From"] == "Поддержка «Ромашки» <support@demo.example>"
    assert letter["To"] == "Alice <alice@example.org>"
    assert (letter["Cc"], letter["Reply-To"]) == ("Boss <boss@example.org>", "r@x.example")
    assert letter["Date"] == "Thu, 05 Mar 2026 14:30:00 +0000"
    assert letter["Message-ID"] == "<opora.7.a.b@demo.example>"


def test_two_tries_give_the_same_bytes() -> None:
    files = [(a_file("акт.pdf"), b"%PDF"), (a_file("b.png", "image/png", "b@x"), b"PNG")]
    first, second = (compose(a_delivery(html="<p>x</p>"), files) for _ in range(2))
    assert first == second


def test_a_letter_is_seven_bits_in_short_lines() -> None:
    delivery = a_delivery(
        subject="Не печатает принтер в бухгалтерии " * 8,
        text="длинная строка " * 300,
        html="<p>" + "short " * 600 + "</p>",
        to=[entry("Очень длинное имя заявителя " * 5, "alice@example.org")],
    )
    raw = compose(delivery, [(a_file("длинное имя файла " * 10 + ".pdf"), b"x" * 999)])
    assert raw.isascii()
    assert [line for line in raw.split(b"\r\n") if len(line) > 78] == []
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_russian_subject_text_and_file_name_arrive_whole() -> None:
    name = "Акт выполненных работ за март, подписанный директором и бухгалтером.pdf"
    delivery = a_delivery(subject="Re: [#7] " + "Не печатает принтер " * 10, text="Привет.\n")
    letter = read(compose(delivery, [(a_file(name), b"%PDF-1.7")]))
    text, file = letter.iter_parts()
    assert letter["Subject"] == delivery.subject.strip()
    assert text.get_content() == "Привет.\n"
    assert (file.get_filename(), file.get_content()) == (name, b"%PDF-1.7")


def test_the_blank_of_a_signature_stays() -> None:
    text = read(compose(a_delivery(), ())).get_content()
    assert text.splitlines() == ["Turn it off and on again.", "", "-- ", "Dana"]


def test_pictures_stand_beside_the_html_and_files_beside_all() -> None:
    files = [
        (a_file("logo.png", "image/png", "logo@demo"), b"PNG"),
        (a_file("akt.pdf"), b"%PDF"),
    ]
    letter = read(compose(a_delivery(html='<img src="cid:logo@demo">'), files))
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    assert next(p for p in letter.walk() if p["Content-ID"])["Content-ID"] == "<logo@demo>"


def test_a_picture_that_the_html_does_not_show_is_attached() -> None:
    files = [(a_file("logo.png", "image/png", "logo@demo"), b"PNG")]
    letter = read(compose(a_delivery(html="<p>Look.</p>"), files))
    assert [file.get_filename() for file in letter.iter_attachments()] == ["logo.png"]


def test_an_attached_letter_goes_as_bytes() -> None:
    letter = read(compose(a_delivery(), [(a_file("a.eml", "message/rfc822"), b"From: x\r\n\r\n")]))
    file = next(iter(letter.iter_attachments()))
    assert (file.get_content_type(), file.get_content()) == (
        "application/octet-stream",
        b"From: x\r\n\r\n",
    )


def test_it_stands_in_its_thread() -> None:
    ids = [f"<{number}.{'x' * 60}@example.org>" for number in range(5)]
    letter = read(compose(a_delivery(answers_to=[*ids[:4], "broken", ids[4]]), ()))
    assert letter["In-Reply-To"] == ids[4]
    assert letter["References"].split() == ids


def test_a_long_message_id_stands_on_the_line_of_its_name() -> None:
    long = f"<opora.7.{'a' * 90}@demo.example>"
    raw = compose(a_delivery(message_id=long, answers_to=[long]), ())
    for name in ("Message-ID", "In-Reply-To", "References"):
        assert f"\r\n{name}: {long}\r\n".encode() in raw


@pytest.mark.parametrize(
    ("purpose", "mark"),
    [(Delivery.Purpose.RECEIPT, "auto-replied"), (Delivery.Purpose.NOTICE, "auto-generated")],
)
def test_what_a_machine_wrote_says_so(purpose: str, mark: str) -> None:
    letter = read(compose(a_delivery(is_automatic=True, purpose=purpose), ()))
    assert (letter["Auto-Submitted"], letter["X-Auto-Response-Suppress"]) == (mark, "All")
    assert "Auto-Submitted" not in read(compose(a_delivery(), ()))


@pytest.mark.parametrize("evil", ["\r\nBcc: all@example.org", "\nBcc: all@example.org", "\r\r\n\n"])
def test_nobody_adds_a_header_by_a_line_break(evil: str) -> None:
    delivery = a_delivery(
        sender=f'"Support{evil}" <support@demo.example>',
        to=[f'"Алиса{evil}" <alice@example.org>', f"alice{evil}@example.org"],
        subject=f"Hello{evil}",
        message_id=f"<a@b>{evil}",
        answers_to=[f"<a{evil}@b>"],
    )
    letter = read(compose(delivery, [(a_file(f"a{evil}.pdf", f"a/b{evil}", f"c{evil}"), b"")]))
    assert "Bcc" not in letter
    assert len(list(letter.iter_parts())) == 2


def test_what_looks_encoded_arrives_as_it_was_typed() -> None:
    letter = read(compose(a_delivery(subject="Re: =?utf-8?q?Free?= money"), ()))
    assert letter["Subject"] == "Re: =?utf-8?q?Free?= money"


def test_a_russian_domain_goes_in_ascii() -> None:
    raw = compose(a_delivery(to=["Иван <ivan@пример.рф>"], recipient="ivan@пример.рф"), ())
    assert b"<ivan@xn--e1afmkfd.xn--p1ai>" in raw
    assert raw.isascii()


def test_an_address_beyond_ascii_needs_eight_bits_only_when_it_is_the_recipients() -> None:
    to = ["Алиса <алиса@example.org>", "bob@example.org"]
    assert "Алиса".encode() not in compose(a_delivery(to=to, recipient="bob@example.org"), ())
    raw = compose(a_delivery(to=to, recipient="алиса@example.org"), ())
    assert "<алиса@example.org>".encode() in raw


def test_to_others_such_an_address_shows_and_cannot_be_answered() -> None:
    to = ["Алиса <алиса@example.org>", "bob@example.org"]
    letter = read(compose(a_delivery(to=to, recipient="bob@example.org"), ()))
    assert [group.display_name for group in letter["To"].groups] == [
        '"Алиса" <алиса@example.org>',
        None,
    ]


def test_a_name_with_quotes_and_commas_stays_one_name() -> None:
    letter = read(compose(a_delivery(to=[entry('Doe, "Joe" \\ Ltd', "alice@example.org")]), ()))
    assert letter["To"].addresses[0].display_name == 'Doe, "Joe" \\ Ltd'


@pytest.mark.parametrize("sender", ["", "nobody", "a b@x", "x@" + "я" * 80 + ".рф"])
def test_a_sender_that_cannot_be_written_is_said(sender: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compose(a_delivery(sender=sender), ())
