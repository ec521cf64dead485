from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from opora.channels.email.dialogue import IN_ALL, PATIENCE
from opora.channels.email.tests.conftest import FarSide, Script, Security
from opora.channels.email.transport import SmtpTransport
from opora.doors.actions import save_server
from opora.doors.models import OutgoingServer
from opora.files import actions as files
from opora.lib.errors import DeliveryFailed, NoWayOut
from opora.lib.seal import seal
from opora.outbox import actions, jobs, rules, types
from opora.outbox.models import Delivery
from opora.outbox.types import Enclosed, Parcel
from tests import cast

pytestmark = pytest.mark.django_db

Start = Callable[..., FarSide]
Play = Callable[..., Script]

OPENING = (
    (b"", b"220 far.example\r\n"),
    (b"EHLO", b"250-far.example\r\n250 SIZE 1000000\r\n"),
    (b"MAIL", b"250 2.1.0 Ok\r\n"),
    (b"RCPT", b"250 2.1.5 Ok\r\n"),
)


def a_server(port: int, **over: Any) -> OutgoingServer:
    given = {"name": f"Far {port}", "host": "127.0.0.1", "port": port, "is_common": True}
    return OutgoingServer.objects.create(**(given | {"security": Security.NONE} | over))


def a_delivery(**over: Any) -> Delivery:
    given: dict[str, Any] = {
        "purpose": Delivery.Purpose.ANSWER,
        "sender": cast.mailbox().sender,
        "to": ("Alice <alice@example.org>",),
        "subject": "Printer",
        "text": "Turn it off and on again.\n.\n.hidden\n",
        "message_id": "<opora.7.a.b@demo.example>",
        "door_id": cast.mailbox().pk,
    }
    return actions.put(parcel=Parcel(**(given | over)))[0]


def send(delivery: Delivery | None = None) -> str:
    return SmtpTransport().send(delivery or a_delivery())


def failure(delivery: Delivery | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        send(delivery)
    return caught.value


def test_a_letter_is_taken_and_the_answer_kept(far_side: Start) -> None:
    far = far_side()
    a_server(far.port)
    assert send() == "250 2.0.0 Taken as 42"
    [(sender, recipients, letter)] = far.letters
    assert (sender, recipients) == ("support@demo.example", ["alice@example.org"])
    assert b"Subject: Printer\r\n" in letter


def test_lines_of_a_dot_arrive_as_they_were(far_side: Start) -> None:
    far = far_side()
    a_server(far.port)
    send()
    assert far.letters[0][2].endswith(b"again.\r\n.\r\n.hidden\r\n")


def test_files_go_along(far_side: Start) -> None:
    far = far_side()
    a_server(far.port)
    with transaction.atomic():
        blob = files.store(raw=b"%PDF-1.7")
    send(a_delivery(files=(Enclosed(blob, "akt.pdf", "application/pdf"),)))
    assert b'filename="akt.pdf"' in far.letters[0][2]
    assert b"JVBERi0xLjc=" in far.letters[0][2]


def test_a_mailbox_sends_by_its_own_server(far_side: Start) -> None:
    common, own = far_side(), far_side()
    a_server(common.port)
    door = cast.mailbox("sales@demo.example", server=a_server(own.port, is_common=False))
    send(a_delivery(door_id=door.pk))
    assert (len(common.letters), len(own.letters)) == (0, 1)


def test_without_a_server_there_is_no_way_out() -> None:
    with pytest.raises(NoWayOut):
        send()
    assert not SmtpTransport().has_way(cast.mailbox().pk)
    a_server(1)
    assert SmtpTransport().has_way(cast.mailbox().pk)


def test_with_the_first_server_leaves_what_waited_for_one(
    far_side: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(types.transports, "email", SmtpTransport())
    cast.a_ticket()
    answer = a_delivery()
    assert jobs.send_forgotten() == 2
    assert (jobs.release(), Delivery.objects.filter(tries=0, due_at=None).count()) == (0, 2)
    far = far_side()
    save_server(
        actor=cast.ada(),
        server=None,
        name="Far",
        host="127.0.0.1",
        port=far.port,
        security=Security.NONE,
        is_common=True,
    )
    assert (jobs.release(), jobs.send_forgotten()) == (2, 2)
    assert answer.message_id.encode() in b"".join(letter for _, _, letter in far.letters)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_trusted_server_is_spoken_to_in_secret(
    far_side: Start, certificate: str, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    far = far_side(security, certificate)
    a_server(far.port, security=security)
    assert send().startswith("250")


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_server_that_nobody_vouches_for_gets_no_letter(
    far_side: Start, certificate: str, security: str
) -> None:
    far = far_side(security, certificate)
    a_server(far.port, security=security)
    failed = failure()
    assert str(failed).startswith("tls: the certificate is not to be trusted: self-signed")
    assert (failed.permanent, failed.perhaps_gone, far.letters) == (False, False, [])


def test_a_server_without_starttls_gets_no_letter(far_side: Start) -> None:
    far = far_side()
    a_server(far.port, security=Security.STARTTLS)
    assert "STARTTLS" in str(failure())
    assert far.letters == []


@pytest.mark.parametrize("password", ["s3cret", "пароль"])
def test_it_signs_in(far_side: Start, password: str) -> None:
    far = far_side(password=password)
    sealed = seal(password, secret=settings.SECRET_KEY)
    a_server(far.port, username="support", password_sealed=sealed)
    assert send().startswith("250")


@pytest.mark.parametrize(
    ("password", "home"), [("wrong", ""), ("чужой", ""), ("s3cret", "another home")]
)
def test_a_refused_login_is_not_the_letters_fault(
    far_side: Start, password: str, home: str
) -> None:
    far = far_side(password="s3cret")
    sealed = seal(password, secret=home or settings.SECRET_KEY)
    a_server(far.port, username="support", password_sealed=sealed)
    failed = failure()
    assert str(failed).startswith("login: ")
    assert (failed.permanent, failed.perhaps_gone) == (False, False)


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        ({"to_recipient": "450 4.2.1 Later"}, False),
        ({"to_recipient": "550 5.1.1 Nobody here"}, True),
        ({"to_recipient": "530 5.7.0 Sign in first"}, False),
        ({"to_letter": "451 4.3.0 Later"}, False),
        ({"to_letter": "554 5.7.1 Spam"}, True),
    ],
)
def test_a_refusal_says_whether_another_try_helps(
    far_side: Start, answers: dict[str, str], permanent: bool
) -> None:
    far = far_side(**answers)
    a_server(far.port)
    failed = failure()
    assert str(failed) == next(iter(answers.values()))
    assert (failed.permanent, failed.perhaps_gone) == (permanent, False)


def test_a_line_cut_before_the_answer_leaves_it_open(far_side: Start) -> None:
    far = far_side(hangs_up=True)
    a_server(far.port)
    failed = failure()
    assert len(far.letters) == 1
    assert (failed.permanent, failed.perhaps_gone) == (False, True)


@pytest.mark.parametrize("nonsense", [b"hello\r\n", b"354 More?\r\n", b"250-", b"25"])
def test_an_answer_without_sense_leaves_it_open(script: Play, nonsense: bytes) -> None:
    a_server(script(*OPENING, (b"DATA", b"354 Go\r\n"), (b"\r\n.\r\n", nonsense)).port)
    failed = failure()
    assert (failed.permanent, failed.perhaps_gone) == (False, True)


def test_a_line_cut_within_the_letter_sent_nothing(script: Play) -> None:
    a_server(script(*OPENING, (b"DATA", b"354 Go\r\n"), (b"From:", b"")).port)
    failed = failure(a_delivery(text="x" * 20_000_000))
    assert str(failed).startswith("the connection was lost within the letter")
    assert (failed.permanent, failed.perhaps_gone) == (False, False)


def test_a_line_cut_before_the_letter_sent_nothing(script: Play) -> None:
    a_server(script(*OPENING).port)
    failed = failure()
    assert (failed.permanent, failed.perhaps_gone) == (False, False)


@pytest.mark.parametrize("greeting", [b"554 5.7.1 Go away\r\n", b"421 Busy\r\n", b"", b"?\r\n"])
def test_a_server_that_talks_to_nobody_is_tried_again(script: Play, greeting: bytes) -> None:
    a_server(script((b"", greeting)).port)
    failed = failure()
    assert str(failed).startswith("hello: ")
    assert (failed.permanent, failed.perhaps_gone) == (False, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-name.invalid", "x" * 70 + ".example", ""])
def test_a_server_that_is_not_there_is_tried_again(host: str) -> None:
    a_server(1, host=host)
    failed = failure()
    assert (failed.permanent, failed.perhaps_gone) == (False, False)


def test_trouble_after_the_answer_changes_nothing(script: Play) -> None:
    turns = (*OPENING, (b"DATA", b"354 Go\r\n"), (b"\r\n.\r\n", b"250 Taken\r\n"))
    a_server(script(*turns, (b"QUIT", b"500 What?\r\n")).port)
    assert send() == "250 Taken"


def test_a_russian_domain_goes_in_ascii(far_side: Start) -> None:
    far = far_side()
    a_server(far.port)
    send(a_delivery(to=("Иван <ivan@пример.рф>",)))
    assert far.letters[0][1] == ["ivan@xn--e1afmkfd.xn--p1ai"]
    assert "SMTPUTF8" not in far.options


def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it(far_side: Start) -> None:
    far = far_side()
    a_server(far.port)
    send(a_delivery(to=("Иван <иван@example.org>",)))
    assert far.letters[0][1] == ["иван@example.org"]
    assert "SMTPUTF8" in far.options


def test_an_address_beyond_ascii_fails_for_good_where_it_is_not_taken(script: Play) -> None:
    a_server(script(*OPENING[:2], (b"QUIT", b"221 Bye\r\n")).port)
    assert failure(a_delivery(to=("Иван <иван@example.org>",))).permanent


def test_an_address_that_cannot_be_written_fails_for_good() -> None:
    a_server(1)
    delivery = a_delivery()
    delivery.recipient = "alice@example.org\r\nRCPT TO:<all@example.org>"
    assert failure(delivery).permanent


def test_the_whole_takes_less_than_the_lease() -> None:
    assert rules.LEASE.total_seconds() > IN_ALL + PATIENCE
