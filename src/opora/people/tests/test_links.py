import pytest
import time_machine

from opora.lib import clock
from opora.people import actions
from opora.people.models import SignInLink
from tests import cast

pytestmark = pytest.mark.django_db


def test_a_link_signs_in_its_person_once() -> None:
    token = actions.make_link(person=cast.dana())
    assert actions.use_link(token=token) == cast.dana()
    assert actions.use_link(token=token) is None


def test_a_link_ends_with_its_time() -> None:
    token = actions.make_link(person=cast.dana())
    with time_machine.travel(clock.now() + actions.LINK_LIFE, tick=False):
        assert actions.use_link(token=token) is None


def test_a_new_link_ends_the_one_before() -> None:
    old, new = (actions.make_link(person=cast.dana()) for _ in range(2))
    assert actions.use_link(token=old) is None
    assert actions.use_link(token=new) == cast.dana()


def test_who_left_does_not_come_in_by_a_link() -> None:
    dana = cast.dana()
    token = actions.make_link(person=dana)
    dana.is_active = False
    dana.save()
    assert actions.use_link(token=token) is None


@pytest.mark.parametrize("token", ["", "nonsense", "%"])
def test_what_is_no_link_signs_in_nobody(token: str) -> None:
    actions.make_link(person=cast.dana())
    assert actions.use_link(token=token) is None


def test_the_tables_do_not_know_the_link() -> None:
    token = actions.make_link(person=cast.dana())
    assert token not in str(SignInLink.objects.values().get())
