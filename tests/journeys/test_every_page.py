"""Every page that an administrator can open: both languages, both themes, wide and on a phone."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browserless import in_django, signed_in
from tests.journeys.browser import Desk, axe_complaints, desk_of
from tests.running import Running, running

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Each page is looked at twice; together they have seen both of each.
LOOKS = [
    {"locale": "ru", "color_scheme": "light", "viewport": WIDE},
    {"locale": "en", "color_scheme": "dark", "viewport": PHONE},
]
SPEAK = """
import sys
from opora.people.models import Person
Person.objects.filter(email=sys.argv[1]).update(language=sys.argv[2])
"""
ADMINISTRATOR = "pavel@demo.example"
LISTS = ("mine", "unassigned", "trouble", "open", "solved", "closed", "all")
PAGES = [
    *(f"/tickets/{each}/" for each in LISTS),
    *(
        "/tickets/all/?q=nothing-such",
        "/tickets/new/",
        "/journal/",
        "/journal/?outcome=erased",
        "/deliveries/",
    ),
    *("/settings/", "/settings/mailboxes/", "/settings/mailboxes/new/", "/settings/servers/"),
    *("/settings/servers/new/", "/settings/agents/", "/settings/agents/new/", "/settings/groups/"),
    *("/settings/groups/new/", "/settings/companies/", "/settings/companies/new/"),
    *("/settings/audit/", "/first-run/", "/first-run/next/", "/accounts/password/"),
    *("/accounts/security/", "/accounts/security/totp/activate/", "/accounts/logout/", "/nowhere/"),
]
# One of each kind: the longest ticket, one in trouble, …
ONES: dict[str, list[LiteralString]] = {
    "/tickets/": [
        "SELECT ticket_id FROM desk_message GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
        "SELECT id FROM desk_ticket WHERE status = 'closed' LIMIT 1",
        "SELECT id FROM desk_ticket WHERE trouble <> '' LIMIT 1",
    ],
    "/journal/": ["SELECT DISTINCT ON (outcome) id FROM intake_arrival"],
    "/deliveries/": ["SELECT DISTINCT ON (state) id FROM outbox_delivery"],
    "/settings/mailboxes/": ["SELECT id FROM doors_door LIMIT 1"],
    "/settings/agents/": ["SELECT id FROM people_person WHERE role = 'agent' LIMIT 1"],
    "/settings/groups/": ["SELECT id FROM people_group LIMIT 1"],
    "/settings/companies/": ["SELECT id FROM people_company LIMIT 1"],
}
STRANGERS = ("/accounts/login/", "/sign-in/link/", "/sign-in/long-over/", "/first-run/")
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.value))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 60);
})"""
WIDTHS = (1440, 1024, 390)
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def empty() -> Iterator[Running]:
    with TemporaryDirectory(prefix="opora-pages-") as folder:
        Path(folder).chmod(0o711)
        with running(Path(folder) / "home") as found:
            yield found


@pytest.fixture(scope="module")
def company(empty: Running) -> Running:
    """With the demo: there is something of every kind in it."""
    assert empty.opora("demo").returncode == 0
    return empty


def complaints_of(page: Page, url: str) -> list[str]:
    """What is wrong with a page as it is looked at, and whether it fits into every width."""
    page.goto(url)
    found = [f"moves by {shift}" for shift in [page.evaluate(SHIFTS)] if shift > 0.02]
    found += axe_complaints(page)
    size = page.viewport_size or WIDE
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{over} wider than {width}" for over in [page.evaluate(TOO_WIDE)] if over > 0]
    page.set_viewport_size(size)
    return [f"{url}: {each}" for each in found]


def all_complaints(desk: Desk, paths: Iterable[str]) -> list[str]:
    page = desk.page()
    found = [each for path in paths for each in complaints_of(page, desk.opora.url + path)]
    said, desk.complaints[:] = [*desk.complaints], []
    return found + [each for each in said if "status of 404" not in each]


def ones_of(opora: Running) -> list[str]:
    with opora.database() as connection:
        return [
            f"{path}{number}/"
            for path, queries in ONES.items()
            for query in queries
            for (number,) in connection.execute(query)
        ]


@pytest.fixture(params=LOOKS, ids=["ru", "en"])
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"reduced_motion": "reduce", **request.param}


def test_a_strangers_pages_are_in_order(
    browser: Browser, empty: Running, look: dict[str, Any]
) -> None:
    desk = desk_of(browser, empty, "nobody", **look)
    assert all_complaints(desk, STRANGERS) == []
    desk.context.close()


def test_every_page_is_in_order(browser: Browser, company: Running, look: dict[str, Any]) -> None:
    in_django(company, SPEAK, ADMINISTRATOR, look["locale"])
    desk = desk_of(browser, company, signed_in(company, ADMINISTRATOR).session, **look)
    assert all_complaints(desk, PAGES + ones_of(company)) == []
    desk.context.close()
