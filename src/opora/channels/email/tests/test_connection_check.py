from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from opora.channels.email.connection_check import StepTaken, check_receiving, check_sending
from opora.channels.email.tests.conftest import FarSide, Security
from opora.doors.models import OutgoingServer
from opora.lib.environment import Endpoint
from opora.lib.seal import seal

Start = Callable[..., FarSide]
ADDRESS = "support@demo.example"


def a_server(port: int, **over: Any) -> OutgoingServer:
    given = {"host": "127.0.0.1", "port": port, "security": Security.NONE}
    return OutgoingServer(**(given | over))


def outcomes(taken: tuple[StepTaken, ...]) -> dict[str, str]:
    return {one.step.value: one.outcome.value for one in taken}


def test_every_step_is_told_with_the_words_of_the_far_side(far_side: Start) -> None:
    taken = check_sending(a_server(far_side().port), address=ADDRESS)
    assert outcomes(taken) == {
        "look_up": "ok",
        "connect": "ok",
        "tls": "skipped",
        "hello": "ok",
        "login": "skipped",
        "envelope": "ok",
    }
    assert (taken[0].said, taken[-1].said) == ("127.0.0.1", "250 2.1.5 Ok")


def test_nothing_is_sent(far_side: Start) -> None:
    far = far_side()
    check_sending(a_server(far.port), address=ADDRESS)
    assert far.letters == []


def test_encryption_and_login_are_tried(
    far_side: Start, certificate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    far = far_side(Security.STARTTLS, certificate, password="s3cret")
    sealed = seal("s3cret", secret=settings.SECRET_KEY)
    server = a_server(
        far.port, security=Security.STARTTLS, username="support", password_sealed=sealed
    )
    taken = check_sending(server, address=ADDRESS)
    assert set(outcomes(taken).values()) == {"ok"}
    assert taken[2].said.startswith("TLSv1.")


@pytest.mark.parametrize(
    ("failing", "over", "far"),
    [
        ("look_up", {"host": "no-such-name.invalid"}, {}),
        ("connect", {"port": 1}, {}),
        ("tls", {"security": Security.STARTTLS}, {}),
        ("login", {"username": "support"}, {}),
        ("envelope", {}, {"to_recipient": "550 5.1.1 Nobody here"}),
    ],
)
def test_the_first_failure_is_named_and_the_rest_not_tried(
    far_side: Start, failing: str, over: dict[str, Any], far: dict[str, str]
) -> None:
    taken = outcomes(
        check_sending(a_server(**{"port": far_side(**far).port} | over), address=ADDRESS)
    )
    told = list(taken.values())
    assert list(taken)[told.index("failed")] == failing
    assert set(told[told.index("failed") + 1 :]) <= {"skipped"}
    assert "failed" not in told[: told.index("failed")]


def test_a_refused_mailbox_is_told_in_the_servers_words(far_side: Start) -> None:
    far = far_side(to_recipient="550 5.7.1 Not your address")
    taken = check_sending(a_server(far.port), address=ADDRESS)
    assert taken[-1].said == "550 5.7.1 Not your address"


@pytest.mark.parametrize("address", ["", "support", "a b@x", "support@demo.example\r\nDATA"])
def test_an_address_that_is_none_breaks_nothing(far_side: Start, address: str) -> None:
    far = far_side()
    check_sending(a_server(far.port), address=address)
    assert far.letters == []


def test_our_listener_is_asked_for_the_address(far_side: Start) -> None:
    far = far_side(to_recipient="550 5.1.1 No such mailbox here")
    taken = check_receiving(Endpoint("0.0.0.0", far.port), address=ADDRESS)  # noqa: S104
    assert outcomes(taken)["hello"] == "ok"
    assert taken[-1].said == "550 5.1.1 No such mailbox here"


def test_a_listener_that_is_away_is_told() -> None:
    assert outcomes(check_receiving(Endpoint("127.0.0.1", 1), address=ADDRESS))["connect"] == (
        "failed"
    )
