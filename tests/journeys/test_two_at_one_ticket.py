"""Two people look at one ticket: what one does is seen by the other, and takes nothing away."""

from playwright.sync_api import Page, expect

from tests.journeys.browser import Desk
from tests.running import Running, a_letter


def live(page: Page) -> Page:
    expect(page.locator("#live[data-state=open]")).to_be_attached(timeout=15_000)
    return page


def opened(desk: Desk, opora: Running, subject: str) -> Page:
    """The page of a ticket that has just come in."""
    page = live(desk.page("/tickets/open/"))
    opora.send(a_letter(subject))
    page.locator("a.arrivals").click(timeout=15_000)
    page.get_by_role("link", name=subject).click()
    return live(page)


def test_what_one_types_survives_what_the_other_does(dana: Desk, ada: Desk, opora: Running) -> None:
    page = opened(dana, opora, "Two at once")
    page.keyboard.press("r")
    page.keyboard.type("I am just ")
    other = live(ada.page(page.url.removeprefix(opora.url)))
    other.get_by_role("button", name="Take").click()
    expect(page.locator(".ticket-facts")).to_contain_text("Ada")
    page.keyboard.type("writing")
    expect(page.get_by_role("textbox", name="Text")).to_have_value("I am just writing")


def test_what_was_typed_is_there_again_on_the_next_page(dana: Desk, opora: Running) -> None:
    page = opened(dana, opora, "Thought of twice")
    page.keyboard.press("n")
    page.keyboard.type("half a thought")
    page.goto(f"{opora.url}/tickets/open/")
    page.go_back()
    expect(page.get_by_role("textbox", name="Text")).to_have_value("half a thought")
    expect(page.locator("input[value=note]")).to_be_checked()
