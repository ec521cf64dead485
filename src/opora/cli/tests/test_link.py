import os

from tests.browserless import Browser, in_django
from tests.running import Running

AGENT = """
from opora.people.models import Person
from opora.lib import clock
Person.objects.get_or_create(
    email="locked@demo.example", defaults={"role": "agent", "created_at": clock.now()}
)
"""


def test_a_link_signs_an_agent_in_once(house: Running) -> None:
    in_django(house, AGENT)
    done = house.opora("link", "locked@demo.example")
    assert done.returncode == 0
    path = done.stdout.decode().strip().removeprefix(house.url)
    stranger = Browser(house, "")
    assert stranger.get(path).status == 200
    assert stranger.post(path).status == 302
    assert stranger.post(path).status != 302


def test_nobody_is_let_in_who_does_not_work_here(house: Running) -> None:
    done = house.opora("link", "alice@romashka.example")
    assert done.returncode == os.EX_NOUSER
    assert b"works here" in done.stderr
    assert done.stdout == b""
