"""`opora demo` beside a running Opora, as the processes they are."""

import re
import urllib.request

from tests.running import Running

LINK = re.compile(r"^(.+), (agent|administrator): (http\S+)$", re.M)


def said(house: Running, *words: str, code: int = 0) -> tuple[str, str]:
    """What the command printed, and what it said to the person at the terminal."""
    done = house.opora("demo", *words)
    assert done.returncode == code
    return done.stdout.decode(), done.stderr.decode()


def test_the_demo_comes_once_lets_people_in_and_goes(house: Running) -> None:
    before = house.opora("journal", "list", "--json").stdout
    links, told = said(house)
    assert "Added the demo" in told
    links, told = said(house)
    assert told == "The demo is already here.\n"
    (_, _, old), *_ = LINK.findall(links)
    fresh, _ = said(house, "--links")
    assert [role for _, role, _ in LINK.findall(fresh)] == ["agent", "administrator"]
    for _, _, link in LINK.findall(fresh):
        assert link != old
        with urllib.request.urlopen(link) as page:  # noqa: S310  our own server
            assert page.status == 200
    assert house.opora("journal", "verify").returncode == 0
    assert "Took the demo away" in said(house, "--remove")[1]
    assert house.opora("journal", "list", "--json").stdout == before


def test_without_a_demo_there_is_nothing_to_remove_and_no_link(house: Running) -> None:
    assert said(house, "--remove") == ("", "There is no demo here: `opora demo` adds it.\n")
    assert said(house, "--links", code=69)[0] == ""
