import pytest

from opora.doors import reactions
from opora.outbox.models import Delivery
from opora.trail import actions as trail
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


def test_an_endless_chain_is_told_to_each_administrator() -> None:
    cast.service()
    cast.mailbox()
    administrator = cast.ada()
    event = trail.note(actor_id=None, kind="ticket.moved", about="ticket", about_id=7, changes={})
    reactions.tell_of_endless_chain(event)
    call = Delivery.objects.get()
    assert call.recipient == administrator.email
    assert "ticket.moved of ticket 7" in call.text
