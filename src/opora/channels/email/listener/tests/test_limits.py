"""How much one listener lets itself be asked for, and where one letter ends."""

import ssl
from contextlib import ExitStack

from opora.channels.email.listener.limits import Limits
from opora.channels.email.listener.tests.conftest import Notebook, Running, Start
from opora.channels.email.listener.tls import Certificate
from opora.channels.email.tests.conftest import certificate  # noqa: F401  a fixture

HELLO = b"EHLO client.example\r\n"


def test_who_comes_when_all_places_are_taken_is_asked_to_come_again(start: Start) -> None:
    running = start(Limits(connections=2))
    with ExitStack() as stack:
        guests = [stack.enter_context(running.raw()) for _ in range(3)]
        assert [guest.greeting[:3] for guest in guests] == ["220", "220", "421"]


def test_one_place_does_not_take_all_connections(start: Start) -> None:
    running = start(Limits(peer_connections=1))
    with running.raw() as first, running.raw() as second:
        assert (first.greeting[:3], second.greeting[:3]) == ("220", "421")


def test_too_many_recipients_are_for_another_letter(start: Start) -> None:
    with start(Limits(recipients=1)).raw() as client:
        client.envelope("support@demo.example")
        answer = client.say(b"RCPT TO:<sales@demo.example>\r\n")[0]
        assert answer.startswith("452 4.5.3")


def test_who_guesses_addresses_is_sent_away(start: Start) -> None:
    with start(Limits(strangers=2)).raw() as client:
        client.envelope("support@demo.example")
        guesses = [b"RCPT TO:<guess%d@demo.example>\r\n" % number for number in range(3)]
        answers = [client.say(guess)[0][:3] for guess in guesses]
        assert answers == ["550", "550", "421"]
        assert client.answer() == ""


def test_who_says_nothing_is_not_waited_for(start: Start) -> None:
    with start(Limits(command=0.2)).raw() as client:
        assert client.answer().startswith("421 4.4.2")


def test_only_a_lone_dot_between_full_line_ends_ends_a_letter(
    running: Running, books: Notebook
) -> None:
    smuggled = b"one\n.\nMAIL FROM:<x@y.example>\r\n.\rstill one\r\n"
    with running.raw() as client:
        client.envelope()
        client.say(b"DATA\r\n")
        assert client.say(smuggled + b".\r\n")[0].startswith("250")
    assert [raw for _, raw in books.letters] == [smuggled.replace(b"\r\n.", b"\r\n")]


def test_by_bdat_bytes_come_as_they_are(running: Running, books: Notebook) -> None:
    letter = b"a\0b\r\n.\r\nc\n.d"
    with running.raw() as client:
        client.envelope()
        assert client.say(b"BDAT %d LAST\r\n%b" % (len(letter), letter))[0].startswith("250")
    assert books.letters[0][1] == letter


def test_a_letter_comes_encrypted_when_there_is_a_certificate(
    start: Start,
    books: Notebook,
    certificate: str,  # noqa: F811
) -> None:
    running = start(certificate=Certificate(certificate))
    trusting = ssl.create_default_context(cafile=certificate)
    with running.smtp() as client:
        client._host = "127.0.0.1"  # type: ignore[attr-defined]  # the name that is checked
        assert client.starttls(context=trusting)[0] == 220
        assert not client.has_extn("starttls")
        client.sendmail("a@example.org", ["support@demo.example"], b"Subject: Sealed\r\n\r\n")
    assert len(books.letters) == 1


def test_what_was_said_before_the_encryption_is_forgotten(
    start: Start,
    certificate: str,  # noqa: F811
) -> None:
    running = start(certificate=Certificate(certificate))
    with running.raw() as client:
        client.say(HELLO)
        injected = b"STARTTLS\r\nMAIL FROM:<attacker@example.org>\r\n"
        assert client.say(injected)[0].startswith("220")
        context = ssl.create_default_context(cafile=certificate)
        with context.wrap_socket(client.link, server_hostname="127.0.0.1") as sealed:
            sealed.sendall(b"RCPT TO:<support@demo.example>\r\n")
            assert sealed.recv(100).startswith(b"503")
