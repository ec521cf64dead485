import smtplib

import pytest

from opora.channels.email.listener.limits import Limits
from opora.channels.email.listener.tests.conftest import Notebook, Running, Start

LETTER = b"From: alice@example.org\r\nSubject: Help\r\n\r\nIt does not print.\r\n"


def send(running: Running, *recipients: str, letter: bytes = LETTER) -> None:
    with running.smtp() as client:
        client.sendmail("alice@example.org", recipients or ["support@demo.example"], letter)


def test_a_letter_to_our_mailbox_is_written_down_byte_by_byte(
    running: Running, books: Notebook
) -> None:
    send(running)
    assert books.letters == [("support@demo.example", LETTER)]


def test_the_envelope_goes_with_the_letter(running: Running, books: Notebook) -> None:
    send(running, "support+42@demo.example", "Support@Demo.example")
    assert books.told == [
        {
            "by": "smtp",
            "peer": "127.0.0.1",
            "helo": "client.example",
            "from": "alice@example.org",
            "to": ["support+42@demo.example", "Support@Demo.example"],
        }
    ]


def test_a_letter_to_two_mailboxes_arrives_at_both(running: Running, books: Notebook) -> None:
    send(running, "support@demo.example", "sales@demo.example")
    assert [address for address, _ in books.letters] == [
        "support@demo.example",
        "sales@demo.example",
    ]


def test_an_address_that_is_not_ours_is_refused(running: Running, books: Notebook) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(running, "stranger@demo.example")
    code, text = refused.value.recipients["stranger@demo.example"]
    assert (code, text[:6]) == (550, b"5.1.1 ")
    assert books.letters == []


def test_an_address_of_broken_bytes_is_not_ours(running: Running) -> None:
    with running.raw() as client:
        client.say(b"EHLO client.example\r\nMAIL FROM:<alice@example.org>\r\n", 2)
        assert client.say(b"RCPT TO:<\xff\xfe@demo.example>\r\n")[0].startswith("550 5.1.1 ")


def test_a_browser_that_posts_to_us_is_sent_away(running: Running, books: Notebook) -> None:
    request = b"POST / HTTP/1.1\r\nHost: 127.0.0.1:2525\r\n\r\n"
    commands = b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<support@demo.example>\r\nDATA\r\n"
    with running.raw() as client:
        assert client.say(request + commands + LETTER + b".\r\n", 2)[1:] == [""]
    assert books.letters == []


def test_the_postmaster_needs_no_domain(running: Running, books: Notebook) -> None:
    send(running, "postmaster", letter=b"To: sales@demo.example\r\n\r\n")
    assert books.letters[0][0] == "sales@demo.example"


def test_a_bounce_has_no_sender_and_is_taken(running: Running, books: Notebook) -> None:
    with running.smtp() as client:
        client.sendmail("", ["support@demo.example"], LETTER)
    assert books.told[0]["from"] == ""


def test_many_letters_come_by_one_connection(running: Running, books: Notebook) -> None:
    with running.smtp() as client:
        for number in range(300):
            client.sendmail("a@example.org", ["support@demo.example"], b"%d\r\n" % number)
    assert [raw for _, raw in books.letters] == [b"%d\r\n" % number for number in range(300)]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
def test_a_letter_of_one_endless_line_keeps_its_bytes(
    running: Running, books: Notebook, size: int
) -> None:
    letter = b"." * size + b"\r\n"
    send(running, letter=letter)
    assert books.letters[0][1] == letter


def test_what_is_offered_is_said(running: Running) -> None:
    with running.smtp() as client:
        client.ehlo()
        assert set(client.esmtp_features) == {
            *("size", "pipelining", "8bitmime", "binarymime", "chunking", "smtputf8"),
            "enhancedstatuscodes",
        }
        assert client.esmtp_features["size"] == "50000000"


def test_eight_bits_and_addresses_beyond_ascii_are_taken(running: Running, books: Notebook) -> None:
    letter = "Subject: Принтер\r\n\r\nНе печатает\r\n".encode()
    with running.smtp() as client:
        client.sendmail(
            "алиса@пример.рф", ["support@demo.example"], letter, ["SMTPUTF8", "BODY=8BITMIME"]
        )
    assert books.letters[0][1] == letter
    assert books.told[0]["from"] == "алиса@пример.рф"


def test_a_size_above_the_limit_is_refused_before_the_letter(start: Start, books: Notebook) -> None:
    with start(Limits(letter=1000)).smtp() as client:
        client.ehlo()
        assert client.mail("a@example.org", ["SIZE=1001"])[0] == 552


def test_a_letter_that_hides_its_size_is_refused_after_it(start: Start, books: Notebook) -> None:
    with start(Limits(letter=1000)).smtp() as client:
        client.ehlo()
        assert client.mail("a@example.org", ["SIZE=10"])[0] == 250
        client.rcpt("support@demo.example")
        code, text = client.data(b"x" * 300_000)
        assert (code, text[:6]) == (552, b"5.3.4 ")
        client.sendmail("a@example.org", ["support@demo.example"], b"small\r\n")
    assert [raw for _, raw in books.letters] == [b"small\r\n"]


def test_the_largest_letter_of_all_is_taken(start: Start, books: Notebook) -> None:
    with start(Limits(letter=1000)).smtp() as client:
        client.sendmail("a@example.org", ["support@demo.example"], b"." * 998 + b"\r\n")
    assert len(books.letters[0][1]) == 1000


def test_addresses_cannot_be_asked_for(running: Running) -> None:
    with running.smtp() as client:
        client.ehlo()
        assert client.verify("support@demo.example") == client.verify("stranger@demo.example")
        assert client.expn("support@demo.example")[0] == 502
        assert client.docmd("AUTH PLAIN AGFsaWNlAHNlY3JldA==")[0] == 500
