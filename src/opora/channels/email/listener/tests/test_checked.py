"""Our own client asks our own listener, as the page of a mailbox does."""

from opora.channels.email.connection_check import Outcome, check_receiving
from opora.channels.email.listener.tests.conftest import Notebook, Running
from opora.lib.environment import Endpoint


def said(running: Running, address: str) -> tuple[str, str]:
    last = check_receiving(Endpoint("127.0.0.1", running.port), address=address)[-1]
    return last.outcome, last.said[:9]


def test_a_mailbox_of_ours_is_taken_and_nothing_is_written(
    running: Running, books: Notebook
) -> None:
    assert said(running, "support@demo.example") == (Outcome.OK, "250 2.1.5")
    assert books.letters == []


def test_an_address_that_is_no_mailbox_is_told(running: Running) -> None:
    assert said(running, "stranger@demo.example") == (Outcome.FAILED, "550 5.1.1")
