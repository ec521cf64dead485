import pytest

from opora.doors import selectors
from opora.doors.models import OutgoingServer
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "written",
    [
        "support@demo.example",
        "Support@DEMO.example",
        " support@demo.example ",
        "support+17.abcdefgh@demo.example",
        "support+a+b@demo.example",
    ],
)
def test_a_mailbox_is_found_however_people_write_it(written: str) -> None:
    door = cast.mailbox()
    assert selectors.find_mailbox(written) == door


@pytest.mark.parametrize(
    "written", ["", "@", "support", "support@", "@demo.example", "support@other.example", "a b"]
)
def test_what_is_not_ours_is_no_mailbox(written: str) -> None:
    cast.mailbox()
    assert selectors.find_mailbox(written) is None


def test_a_mailbox_with_a_plus_in_its_name_comes_first() -> None:
    cast.mailbox()
    urgent = cast.mailbox("support+urgent@demo.example")
    assert selectors.find_mailbox("support+urgent@demo.example") == urgent
    assert selectors.find_mailbox("support+other@demo.example") == cast.mailbox()


def test_a_mailbox_that_was_shut_receives_nothing_but_is_still_ours() -> None:
    cast.mailbox(is_active=False)
    assert selectors.find_mailbox("support@demo.example") is None
    assert selectors.first_mailbox() is None
    assert "support@demo.example" in selectors.addresses()


def test_the_first_mailbox_is_the_oldest() -> None:
    cast.mailbox()
    cast.mailbox("a@demo.example")
    assert selectors.first_mailbox() == cast.mailbox()


def test_a_mailbox_leaves_by_its_own_server_else_by_the_common_one() -> None:
    door = cast.mailbox()
    assert selectors.server_for(door) is None
    common = OutgoingServer.objects.create(name="common", host="a.example", is_common=True)
    own = OutgoingServer.objects.create(name="own", host="b.example")
    assert selectors.server_for(door) == selectors.server_for(None) == common
    door.server = own
    assert selectors.server_for(door) == own


def test_before_the_first_run_the_service_has_its_defaults() -> None:
    assert (selectors.service().grace_days, selectors.service().closing_days) == (7, 3)
    cast.service()
    assert selectors.service().name == "Demo Service"
