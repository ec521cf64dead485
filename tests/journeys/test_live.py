"""Open pages stay true by themselves, in twelve tabs, and without the stream."""

import os
import re
import signal

from playwright.sync_api import Page, Route, expect

from tests.journeys.browser import Desk
from tests.running import Running, a_letter

TABS = 12  # a browser has six connections to one place: with a stream a tab the seventh would hang


def says_new(page: Page) -> None:
    expect(page.locator(".arrivals")).to_contain_text(re.compile("new ticket"), timeout=45_000)


def test_twelve_tabs_of_one_browser_stay_live(dana: Desk, opora: Running) -> None:
    tabs = [dana.page("/tickets/open/") for _ in range(TABS)]
    for tab in tabs:
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
    opora.send(a_letter("For twelve tabs"))
    for tab in tabs:
        says_new(tab)


def test_without_the_stream_the_page_says_so_and_asks_by_itself(dana: Desk, opora: Running) -> None:
    dana.context.add_init_script("delete window.SharedWorker")  # its requests cannot be stopped

    def refuse(route: Route) -> None:
        route.abort()

    dana.context.route("**/live/", refuse)
    page = dana.page("/tickets/open/")
    expect(page.locator(".live-state")).to_be_visible()
    opora.send(a_letter("Without the stream"))
    says_new(page)
    dana.context.unroute("**/live/", refuse)
    expect(page.locator(".live-state")).to_be_hidden(timeout=45_000)
    dana.complaints.clear()  # the refused requests are told in the console


def test_pages_come_back_after_the_server_died(dana: Desk, opora: Running) -> None:
    page = dana.page("/tickets/open/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    os.kill(opora.children()["web"], signal.SIGKILL)
    expect(page.locator(".live-state")).to_be_visible(timeout=45_000)
    expect(page.locator(".live-state")).to_be_hidden(timeout=45_000)
    opora.send(a_letter("After the server died"))
    says_new(page)
    dana.complaints.clear()  # so is the lost connection
