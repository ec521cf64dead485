import pytest
from django.test import Client

from tests import cast

pytestmark = pytest.mark.django_db


def test_the_page_shows_what_was_asked() -> None:
    ticket = cast.a_ticket(text="It smokes & burns.")
    page = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/")
    assert page.status_code == 200
    assert "It smokes &amp; burns." in page.content.decode()
