"""Whatever is asked in an address or a cookie: an answer, and never a fault of ours."""

import pytest

from opora.workspace.rooms.tests import given
from tests import cast

pytestmark = pytest.mark.django_db

LISTS = {
    "/tickets/all/": ("q", "part", "after", "newest"),
    "/journal/": ("q", "part", "outcome", "mailbox", "before", "newest"),
    "/deliveries/": ("q", "part", "kind", "before"),
    "/settings/companies/": ("q", "before"),
    "/settings/audit/": ("about", "who", "before"),
}
NUMBERED = (
    *("/tickets/{}/", "/tickets/{}/row/", "/files/{}/", "/letters/{}/", "/journal/{}/"),
    *("/journal/{}/raw/", "/deliveries/{}/", "/deliveries/{}/files/{}/"),
    *("/settings/agents/{}/", "/settings/groups/{}/", "/settings/mailboxes/{}/"),
)
HOSTILE = (
    "\0",
    "<\0>",
    "'\"<script>",
    "%",
    "#" + "9" * 18,
    "9" * 30,
    "9" * 5000,
    "-1",
    "²",
    "٣",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00+14:00_1",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59-14:00_" + "9" * 20,
    "2020-01-01T00:00:00+00:00_-" + "9" * 20,
    "x" * 7000,
)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize("page", LISTS)
def test_a_list_answers_any_question(page: str, hostile: str) -> None:
    given.a_delivery()
    browser = cast.page_of(cast.ada())
    for name in LISTS[page]:
        assert browser.get(page, {name: hostile}).status_code in (200, 404)
        parts = {"part": "arrivals" if page == "/tickets/all/" else "balance"}
        assert browser.get(page, parts | {name: hostile}).status_code in (200, 404)


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 25, "9" * 5000, "²", "%00"])
@pytest.mark.parametrize("page", NUMBERED)
def test_what_has_no_such_number_is_not_found(page: str, number: str) -> None:
    browser = cast.page_of(cast.ada())
    assert browser.get(page.replace("{}", number)).status_code == 404
