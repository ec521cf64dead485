import os
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction

from opora.files import actions
from opora.files.models import Blob, Erasure
from opora.lib import clock
from tests import cast

DAYS = timedelta(days=2)
pytestmark = pytest.mark.django_db


def referred(raw: bytes, name: str = "a.txt") -> Blob:
    """Stored, with a row that refers to it: an upload, of an app that stands above this one."""
    blob = actions.store(raw=raw)
    given = {"owner": cast.dana(), "media_type": "text/plain", "uploaded_at": clock.now()}
    uploads().create(blob=blob, name=name, **given)
    return blob


def uploads() -> Any:
    return apps.get_model("desk", "Upload")._default_manager


def two_days_later() -> int:
    """What the sweep takes when everything now on the disk is two days old."""
    old = time.time() - DAYS.total_seconds()
    for path in actions.path_of("00").parent.parent.glob("*/*"):
        os.utime(path, (old, old))
    Blob.objects.update(stored_at=clock.now() - DAYS)
    return actions.sweep()


def test_bytes_that_nobody_refers_to_go_after_a_day() -> None:
    blob = actions.store(raw=b"orphan")
    assert actions.sweep() == 0
    assert two_days_later() == 1
    assert not Blob.objects.exists()
    assert not actions.path_of(blob.sha256).exists()


def test_bytes_that_somebody_refers_to_stay() -> None:
    blob = referred(b"a file")
    assert two_days_later() == 0
    assert actions.read(blob) == b"a file"


def test_bytes_that_two_refer_to_go_with_the_last() -> None:
    referred(b"both", "a.txt")
    referred(b"both", "b.txt")
    uploads().get(name="a.txt").delete()
    assert two_days_later() == 0
    uploads().get(name="b.txt").delete()
    assert two_days_later() == 1


def test_what_is_stored_again_is_young_again() -> None:
    with time_machine.travel(clock.now() - DAYS, tick=False):
        actions.store(raw=b"orphan")
    actions.store(raw=b"orphan")
    assert actions.sweep() == 0


def test_files_of_work_that_was_rolled_back_go_too() -> None:
    with transaction.atomic():
        blob = actions.store(raw=b"rolled back")
        transaction.set_rollback(True)
    assert actions.path_of(blob.sha256).exists()
    assert two_days_later() == 1
    assert not actions.path_of(blob.sha256).exists()


def test_half_written_files_go_too() -> None:
    blob = actions.store(raw=b"whole")
    part = actions.path_of(blob.sha256).with_name("tmp123.part")
    part.write_bytes(b"hal")
    assert two_days_later() == 2  # it, and the orphan beside it
    assert not part.exists()


def test_an_act_of_erasure_says_what_and_why_and_lets_the_bytes_go() -> None:
    blob = actions.store(raw=b"private")
    act = actions.erase(actor_id=cast.ada().pk, blob=blob, reason="Asked by Alice")
    assert (act.sha256, act.size, act.reason) == (blob.sha256, 7, "Asked by Alice")
    assert two_days_later() == 1
    assert Erasure.objects.get() == act


def test_what_another_still_needs_survives_an_erasure() -> None:
    blob = referred(b"shared")
    actions.erase(actor_id=cast.ada().pk, blob=blob, reason="Asked by Alice")
    assert two_days_later() == 0
    assert actions.read(blob) == b"shared"
