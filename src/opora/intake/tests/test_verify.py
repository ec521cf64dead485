"""Each way in which the books can be wrong is found, and its rows are named."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from opora.desk.models import Attachment, Message
from opora.files import actions as files
from opora.intake import actions, verify
from opora.intake.models import Arrival, Reading
from opora.intake.tests.paper import a_letter, came
from opora.intake.types import Attachment as Enclosed
from opora.intake.types import Dsn
from opora.outbox import actions as outbox
from opora.outbox.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def found() -> list[str]:
    return [str(finding) for finding in verify.findings()]


@pytest.fixture
def _unguarded() -> Iterator[None]:
    """A table that refuses nothing, as after a hand with all rights."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_arrival DROP CONSTRAINT outcome_and_ticket_agree")
        cursor.execute("ALTER TABLE intake_arrival DROP CONSTRAINT bytes_or_an_act")
        yield
        cursor.execute("TRUNCATE intake_arrival CASCADE")
    with connection.schema_editor() as editor:
        for constraint in Arrival._meta.constraints:
            if constraint.name in ("outcome_and_ticket_agree", "bytes_or_an_act"):
                editor.add_constraint(Arrival, constraint)


@pytest.mark.usefixtures("_unguarded")
@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"outcome": "lost"}, "has no outcome that there is"),
        ({"ticket": None}, "has no ticket"),
        ({"outcome": "set_aside", "reason": "?"}, "has a ticket, which its outcome denies"),
        ({"outcome": "failed", "ticket": None, "reason": ""}, "has no reason"),
        ({"outcome": "erased"}, "is erased without an act"),
        ({"blob": None}, "has no bytes"),
    ],
)
def test_what_the_tables_refuse_is_asked_all_the_same(change: dict[str, Any], trouble: str) -> None:
    arrival = came(a_letter())
    Arrival.objects.update(**change)
    assert f"arrival {arrival.pk}: {trouble}" in found()


def test_books_of_every_outcome_balance() -> None:
    came(a_letter(message_id="<1@x>", attachments=(Enclosed("a.txt", "text/plain", b"a"),)))
    came(a_letter(message_id="<2@x>", in_reply_to=("<1@x>",)))
    came(a_letter(subject="", text=""))
    failed = actions.accept(door=cast.mailbox(), raw=b"?")
    actions.fail(arrival=failed, reason="cannot be read", error="")
    actions.accept(door=cast.mailbox(), raw=b"not read yet")
    erased = came(a_letter(message_id="<3@x>"))
    actions.erase(actor=cast.ada(), arrival=erased, reason="asked to")
    assert set(Arrival.objects.values_list("outcome", flat=True)) == set(Arrival.Outcome.values)
    assert found() == []


def test_a_bounce_joins_without_a_word_of_its_own() -> None:
    came(a_letter(message_id="<1@x>"))
    delivery = Delivery.objects.get()  # the receipt
    bounce = came(
        a_letter(
            sender="mailer-daemon@example.org",
            message_id="<2@x>",
            is_bounce=True,
            dsn=(Dsn("5.1.1", delivery.recipient, "failed"),),
            quoted_ids=(delivery.message_id,),
        )
    )
    assert (bounce.outcome, found()) == ("joined", [])
    outbox.send_again(delivery=delivery)
    assert found() == []


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        (lambda path: path.unlink(), "its bytes cannot be read: No such file or directory"),
        (lambda path: path.write_bytes(b"else"), "its bytes have changed"),
        (lambda path: path.write_bytes(b""), "its bytes have changed"),
    ],
)
def test_bytes_that_changed_or_went_name_their_arrival(
    spoil: Callable[[Path], object], trouble: str
) -> None:
    arrival = came(a_letter())
    spoil(files.path_of(arrival.sha256))
    assert found() == [f"arrival {arrival.pk}: {trouble} ({arrival.sha256})"]


def test_a_file_of_a_message_is_looked_at_too() -> None:
    came(a_letter(attachments=(Enclosed("a.txt", "text/plain", b"smoke"),)))
    attachment = Attachment.objects.select_related("blob").get()
    assert attachment.blob is not None
    files.path_of(attachment.blob.sha256).write_bytes(b"fire!")
    assert found() == [
        f"attachment {attachment.pk}: its bytes have changed ({attachment.blob.sha256})"
    ]


def test_a_ticket_without_the_message_that_opened_it_is_found() -> None:
    arrival = came(a_letter(message_id="<1@x>"))
    Message.objects.update(reference="<another@x>")
    assert found() == [f"arrival {arrival.pk}: its ticket lacks its message"]


def test_what_was_read_may_not_be_missing() -> None:
    arrival = came(a_letter())
    Reading.objects.all().delete()
    assert found() == [f"arrival {arrival.pk}: what was read of it is missing"]


def test_a_ticket_is_opened_once() -> None:
    first = came(a_letter(message_id="<1@x>"))
    second = came(a_letter(message_id="<2@x>", in_reply_to=("<1@x>",)))
    assert second.outcome == "joined"
    Arrival.objects.filter(pk=second.pk).update(outcome="opened")
    assert found() == [f"ticket {first.ticket_id}: was opened by 2 arrivals"]


def test_an_arrival_whose_hash_is_not_its_blobs_is_found() -> None:
    arrival = came(a_letter())
    Arrival.objects.update(sha256="0" * 64)
    assert found() == [f"arrival {arrival.pk}: has the bytes of another"]


def test_progress_is_told() -> None:
    told: list[tuple[str, int]] = []
    came(a_letter())
    assert list(verify.findings(lambda what, done: told.append((what, done)))) == []
    assert told == [("files", 1)]
