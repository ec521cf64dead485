"""What nothing refers to goes after a day, unless a backup is under way."""

from datetime import timedelta

import psycopg
import pytest
from django.db import transaction

from opora.files import actions
from opora.files.actions import SWEEP_LOCK
from opora.files.models import Blob
from opora.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)


def stored(raw: bytes, *, days: int = 2) -> Blob:
    with transaction.atomic():
        blob = actions.store(raw=raw)
    Blob.objects.filter(id=blob.pk).update(stored_at=clock.now() - timedelta(days=days))
    return blob


def test_an_orphan_goes_after_a_day() -> None:
    old, young = stored(b"old"), stored(b"young", days=0)
    assert actions.sweep() == 1
    assert not actions.path_of(old.sha256).exists()
    assert list(Blob.objects.all()) == [young]
    assert actions.read(young) == b"young"


def test_while_somebody_keeps_all_nothing_is_swept(other_session: psycopg.Connection) -> None:
    blob = stored(b"old")
    other_session.execute("SELECT pg_advisory_lock_shared(%s)", [SWEEP_LOCK])
    assert (actions.sweep(), actions.read(blob)) == (0, b"old")
    other_session.execute("SELECT pg_advisory_unlock_shared(%s)", [SWEEP_LOCK])
    assert actions.sweep() == 1


def test_keeping_ends_with_its_block(other_session: psycopg.Connection) -> None:
    ask = "SELECT pg_try_advisory_lock(%s)"
    with actions.keep_all():
        assert other_session.execute(ask, [SWEEP_LOCK]).fetchone() == (False,)
    assert other_session.execute(ask, [SWEEP_LOCK]).fetchone() == (True,)
