import pytest

from opora.doors import reactions
from opora.outbox.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db


def test_an_open_breaker_calls_each_administrator_in_their_language() -> None:
    cast.service()
    cast.mailbox()
    administrator = cast.ada()
    reactions.call_administrators()
    call = Delivery.objects.get()
    assert (call.recipient, call.held_for) == (administrator.email, "")
    assert call.subject == "Demo Service: too many automatic letters"
    assert call.is_automatic


def test_without_a_mailbox_nobody_can_be_called() -> None:
    cast.ada()
    reactions.call_administrators()
    assert not Delivery.objects.exists()
