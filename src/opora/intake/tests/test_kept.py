"""The sweep of orphans keeps what the journal refers to, however old."""

from datetime import timedelta

import pytest

from opora.files import actions as files
from opora.files import selectors
from opora.files.models import Blob
from opora.intake import actions
from opora.lib import clock
from tests import cast


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_an_arrival_are_no_orphan() -> None:
    arrival = actions.accept(door=cast.mailbox(), raw=b"Subject: kept\r\n\r\n")
    Blob.objects.update(stored_at=clock.now() - timedelta(days=2))
    assert list(selectors.orphans(clock.now())) == []
    assert files.sweep() == 0
    (blob,) = selectors.referred()
    assert list(selectors.references_to(blob)) == [("arrival", arrival.pk)]
    assert files.read(blob) == b"Subject: kept\r\n\r\n"
