import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from opora.files import actions as files
from opora.files.models import Blob
from opora.intake import actions
from opora.intake.actions import Handed
from opora.intake.models import Arrival
from tests import cast

RAW = b"From: alice@example.org\r\n\r\nIt smokes.\r\n"


def woken() -> list[int]:
    """Arrivals that a worker was woken for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'arrival_id')::bigint FROM procrastinate_jobs"
            " WHERE task_name = 'intake.settle' ORDER BY id"
        )
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.django_db
def test_what_is_accepted_stands_in_the_journal_with_its_bytes() -> None:
    arrival = actions.accept(door=cast.mailbox(), raw=RAW, envelope={"from": "a@example.org"})
    kept = Arrival.objects.get()
    assert (kept.outcome, kept.sha256) == ("received", hashlib.sha256(RAW).hexdigest())
    assert kept.blob is not None
    assert files.read(kept.blob) == RAW
    assert woken() == [arrival.pk]


@pytest.mark.django_db
def test_the_same_bytes_again_are_counted_and_not_stored_again() -> None:
    first = actions.accept(door=cast.mailbox(), raw=RAW)
    again = actions.accept(door=cast.mailbox(), raw=RAW)
    assert (again.pk, again.times) == (first.pk, 2)
    assert (Arrival.objects.get().times, Blob.objects.count()) == (2, 1)
    assert woken() == [first.pk]


@pytest.mark.django_db
def test_a_repetition_of_what_is_settled_changes_nothing_but_the_count() -> None:
    arrival = actions.accept(door=cast.mailbox(), raw=RAW)
    actions.fail(arrival=arrival, reason="cannot be read", error="")
    actions.accept(door=cast.mailbox(), raw=RAW)
    assert Arrival.objects.values_list("outcome", "times").get() == ("failed", 2)


@pytest.mark.django_db
def test_the_same_bytes_by_two_doors_are_two_arrivals_of_one_blob() -> None:
    for address in ("support@demo.example", "help@demo.example"):
        actions.accept(door=cast.mailbox(address), raw=RAW)
    assert (Arrival.objects.count(), Blob.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_the_far_sides_key_counts_and_not_the_bytes() -> None:
    for key in ("INBOX;1;7", "INBOX;1;8", "INBOX;1;7"):
        actions.accept(door=cast.mailbox(), raw=RAW, key=key)
    assert list(Arrival.objects.order_by("id").values_list("key", "times")) == [
        ("INBOX;1;7", 2),
        ("INBOX;1;8", 1),
    ]


@pytest.mark.django_db
def test_the_same_letter_twice_in_one_batch_is_one_arrival() -> None:
    handed = [Handed(cast.mailbox(), RAW), Handed(cast.mailbox(), RAW)]
    first, second = actions.accept_many(handed=handed)
    assert first.pk == second.pk
    assert Arrival.objects.get().times == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_acknowledged_that_a_rollback_could_take_back() -> None:
    door = cast.mailbox()
    with transaction.atomic(), pytest.raises(RuntimeError):
        actions.accept(door=door, raw=RAW)
    assert not Arrival.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_are_one_arrival() -> None:
    door = cast.mailbox()

    def accept(_: int) -> int:
        try:
            return actions.accept(door=door, raw=RAW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(accept, range(8)))
    (number,) = numbers
    assert Arrival.objects.get().times == 8
    assert woken().count(number) == 1  # jobs of other tests' commits are not flushed
