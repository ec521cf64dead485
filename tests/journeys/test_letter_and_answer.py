"""The whole way of one request: a letter, an open list, an answer, a reply to it, a bounce."""

import re
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import parseaddr

from playwright.sync_api import Page, expect

from tests.far_server import FarServer
from tests.journeys.browser import Desk, axe_complaints
from tests.running import Running, a_letter


def write_in(opora: Running, page: Page, subject: str) -> None:
    """A letter comes; the open list says so without a reload, and shows it when asked."""
    opora.send(a_letter(subject))
    page.get_by_text(re.compile("1 new ticket")).click()
    expect(page.get_by_role("link", name=subject)).to_be_visible()


def answer(page: Page, text: str, way: str = "Send and wait") -> None:
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("button", name=way).click()
    expect(page.locator(".message[data-kind=agent]", has_text=text)).to_be_visible()


def answer_to(far: FarServer, text: str) -> Message:
    def is_it(letter: Message) -> bool:
        parts = (part for part in letter.walk() if part.get_content_type() == "text/plain")
        return any(text.encode() in bytes(part.get_payload(decode=True)) for part in parts)

    return far.wait_for(is_it)


def a_bounce(letter: Message) -> bytes:
    """As the far side's server gives a letter back (RFC 3464)."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "MAILER-DAEMON@romashka.example"
    report["To"] = "support@demo.example"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Message-ID"] = "<bounce-1@romashka.example>"
    report.attach(MIMEText("Your letter could not be delivered: mailbox full."))
    status = MIMEText("", "delivery-status")
    status.set_payload(
        "Reporting-MTA: dns; mx.romashka.example\n\n"
        "Final-Recipient: rfc822; alice@romashka.example\nAction: failed\nStatus: 5.2.2\n"
        "Diagnostic-Code: smtp; 552 mailbox full\n"
    )
    report.attach(status)
    heads = MIMEText(f"Message-ID: {letter['Message-ID']}\n", "rfc822-headers")
    report.attach(heads)
    return report.as_bytes()


def test_a_letter_is_answered_the_reply_joins_and_a_bounce_brings_it_back(
    dana: Desk, opora: Running, far: FarServer
) -> None:
    page = dana.page("/tickets/open/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    write_in(opora, page, "The till is frozen")
    receipt = far.wait_for(lambda letter: letter["Auto-Submitted"] == "auto-replied")
    assert "alice@romashka.example" in receipt["To"]

    page.get_by_role("link", name="The till is frozen").click()
    answer(page, "Please pull the plug and put it in again.")
    sent = answer_to(far, "Please pull the plug")
    assert sent["Message-ID"].startswith("<opora.")
    expect(page.locator(".delivery[data-state=accepted]")).to_be_visible()

    _, reply_to = parseaddr(str(sent["Reply-To"]))
    reply = a_letter("Re: till", "It works, but slowly.", In_Reply_To=str(sent["Message-ID"]))
    opora.send(reply, to=reply_to)
    expect(page.get_by_text("It works, but slowly.")).to_be_visible()

    answer(page, "Then we shall look at it.", way="Send and wait")
    second = answer_to(far, "Then we shall look at it")
    opora.send(a_bounce(second))
    expect(page.locator(".notice[data-tone=red]")).to_contain_text("alice@romashka.example")
    expect(page.locator(".delivery[data-state=bounced]")).to_be_visible()
    assert axe_complaints(page) == []


def test_wanda_of_another_group_gets_nothing_of_it(wanda: Desk, dana: Desk, opora: Running) -> None:
    hers = dana.page("/tickets/open/")
    theirs = wanda.page("/tickets/open/")
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    opora.send(a_letter("Secret of the first line"))
    expect(hers.locator(".arrivals")).to_be_visible()
    hers.locator(".arrivals").click()
    link = hers.get_by_role("link", name="Secret of the first line")
    path = link.get_attribute("href")
    assert path
    expect(theirs.locator(".arrivals")).to_have_count(0)
    answer = theirs.request.get(f"{opora.url}{path}")
    assert answer.status == 404
    assert "Secret" not in answer.text()
