"""A real Chromium for the journeys, and what is asked of every page in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.running import Running
from tools.find_browser import find

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 20_000  # milliseconds; two cores are shared by all that runs
expect.set_options(timeout=PATIENCE)
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Desk:
    """One person at the desk: a context of their own, in which complaints are collected."""

    context: BrowserContext
    opora: Running
    complaints: list[str] = field(default_factory=list)

    def page(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.opora.url}{path}")
        return page

    def _listen(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


def desk_of(browser: Browser, opora: Running, session: str, **over: Any) -> Desk:
    """`over` goes to Playwright's new_context: viewport, locale, color_scheme …"""
    context = browser.new_context(**{"locale": "en-GB", **over})
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "sessionid", "value": session, "url": opora.url}])
    return Desk(context, opora)


def axe_complaints(page: Page) -> list[str]:
    """What axe finds wrong on the page (WCAG 2.2 A, AA and best practice)."""
    # Not add_script_tag: the page's own policy forbids it, and rightly.
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
