import pytest
from django.utils.translation import override

from opora.workspace.templatetags.failures import briefly, plainly


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("5.2.2 anna@example.org", "the mailbox is full (5.2.2 anna@example.org)"),
        ("a@example.org: 550 5.1.1 No", "there is no such mailbox (a@example.org: 550 5.1.1 No)"),
        ("550 5.1.10 Null MX", "the domain takes no mail (550 5.1.10 Null MX)"),
        ("554 5.7.26 No DMARC", "their server's rules refuse it (554 5.7.26 No DMARC)"),
        ("550 5.9.9 What?", "550 5.9.9 What?"),
        ("connect to 5.2.2.5: refused", "connect to 5.2.2.5: refused"),
        ("greeting: 10.5.2.2 is busy", "greeting: 10.5.2.2 is busy"),
        ("No answer", "No answer"),
    ],
)
def test_what_a_server_says_by_code_is_said_in_words(said: str, told: str) -> None:
    with override("en"):
        assert plainly(said) == told


def test_a_row_says_only_the_reason() -> None:
    with override("en"):
        assert briefly("a@example.org: 5.2.2 Over quota") == "Not delivered: the mailbox is full"
        assert briefly("Waited for the courier") == "Waited for the courier"
