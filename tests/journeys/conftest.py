from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser

from tests.browserless import in_django, set_up
from tests.far_server import FarServer, far_server
from tests.journeys.browser import Desk, chromium, desk_of
from tests.running import Running, running

PEOPLE = """
from opora.people import actions as people
from opora.people.models import Person
ada = Person.objects.get(email="ada@demo.example")
dana = Person.objects.get(email="dana@demo.example")
first = people.save_group(actor=ada, group=None, name="First line")
other = people.save_group(actor=ada, group=None, name="Warehouse")
people.set_memberships(actor=ada, person=dana, works={first.pk}, looks=set())
wanda = people.add_agent(actor=ada, name="Wanda", email="wanda@demo.example", role="agent")
people.set_memberships(actor=ada, person=wanda, works={other.pk}, looks=set())
from opora.doors.models import Door
Door.objects.filter(address="support@demo.example").update(
    group=first, language="en", sender_name="Demo support", signature="Demo Service"
)
Person.objects.exclude(role="requester").update(language="en")
"""


@pytest.fixture(scope="module")
def far() -> Iterator[FarServer]:
    with far_server() as server:
        yield server


@pytest.fixture(scope="module")
def opora(far: FarServer) -> Iterator[Running]:
    """Agents Dana (first line) and Wanda (warehouse), Ada administers; letters leave to `far`."""
    with TemporaryDirectory(prefix="opora-journey-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder) / "home") as found:
            set_up(found, far.port, "support@demo.example")
            in_django(found, PEOPLE)
            yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def dana(browser: Browser, opora: Running) -> Iterator[Desk]:
    yield from _at_the_desk(browser, opora, "dana@demo.example")


@pytest.fixture
def wanda(browser: Browser, opora: Running) -> Iterator[Desk]:
    yield from _at_the_desk(browser, opora, "wanda@demo.example")


@pytest.fixture
def ada(browser: Browser, opora: Running) -> Iterator[Desk]:
    yield from _at_the_desk(browser, opora, "ada@demo.example")


def _at_the_desk(browser: Browser, opora: Running, email: str) -> Iterator[Desk]:
    from tests.browserless import signed_in

    desk = desk_of(browser, opora, signed_in(opora, email).session)
    yield desk
    desk.context.close()
    assert desk.complaints == []
