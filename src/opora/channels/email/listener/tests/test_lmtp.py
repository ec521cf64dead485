"""LMTP has an answer for each recipient (RFC 2033); SMTP has one for all."""

import errno

import pytest
from django.db import OperationalError

from opora.channels.email.listener.tests.conftest import Notebook, Running

LETTER = b"Subject: Help\r\n\r\nIt smokes.\r\n.\r\n"
BOTH = ("support@demo.example", "sales@demo.example")


def test_each_recipient_gets_an_answer(running: Running, books: Notebook) -> None:
    with running.lmtp() as client:
        client.envelope(*BOTH, hello="LHLO")
        assert client.say(b"DATA\r\n")[0].startswith("354")
        first, second = client.say(LETTER, 2)
    assert (first[:3], second[:3]) == ("250", "250")
    assert [address for address, _ in books.letters] == list(BOTH)


def test_trouble_with_one_mailbox_is_not_the_others(running: Running, books: Notebook) -> None:
    books.trouble["sales@demo.example"] = OperationalError("gone")
    with running.lmtp() as client:
        client.envelope(*BOTH, hello="LHLO")
        client.say(b"DATA\r\n")
        assert [answer[:3] for answer in client.say(LETTER, 2)] == ["250", "451"]
    assert [address for address, _ in books.letters] == ["support@demo.example"]


def test_by_smtp_one_trouble_has_the_letter_sent_again_to_all(
    running: Running, books: Notebook
) -> None:
    books.trouble["sales@demo.example"] = OperationalError("gone")
    with running.raw() as client:
        client.envelope(*BOTH)
        client.say(b"DATA\r\n")
        assert client.say(LETTER)[0].startswith("451")


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (OSError(errno.ENOSPC, "No space left"), "452"),
        (OSError(errno.EIO, "Broken"), "451"),
        (ValueError("a bug"), "451"),
    ],
)
def test_trouble_of_ours_is_never_the_letters_fault(
    running: Running, books: Notebook, trouble: Exception, code: str
) -> None:
    books.trouble["support@demo.example"] = trouble
    with running.lmtp() as client:
        client.envelope(hello="LHLO")
        client.say(b"DATA\r\n")
        assert client.say(LETTER)[0].startswith(code)


def test_smtp_words_are_not_spoken_here(running: Running) -> None:
    with running.lmtp() as client:
        assert client.say(b"EHLO client.example\r\n")[0].startswith("500")
