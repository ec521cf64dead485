import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.intake.models import Arrival
from opora.intake.types import Letter, readers
from opora.workspace.rooms.answers import ROWS
from opora.workspace.rooms.tests import given
from tests import cast

pytestmark = pytest.mark.django_db


def journal(query: str = "") -> str:
    return cast.page_of(cast.ada()).get(f"/journal/{query}").content.decode()


def test_the_balance_adds_up() -> None:
    given.an_arrival()
    given.a_set_aside_arrival()
    given.a_failed_arrival()
    balance = journal().partition('class="balance"')[2].partition("</section>")[0]
    total, *parts = [int(number) for number in re.findall(r"<b>(\d+)</b>", balance)]
    assert (total, sum(parts)) == (3, 3)


def test_the_outcome_chooses() -> None:
    given.an_arrival()
    given.a_set_aside_arrival()
    page = journal("?outcome=set_aside")
    assert "Away" in page
    assert "Printer" not in page


@pytest.mark.parametrize("q", ["alice", "print", "ALICE@example.org"])
def test_an_arrival_is_found_by_its_words(q: str) -> None:
    given.an_arrival()
    given.a_set_aside_arrival()
    page = journal(f"?q={q}")
    assert "Printer" in page
    assert "Away" not in page


def test_an_arrival_is_found_by_its_ticket() -> None:
    arrival = given.an_arrival()
    assert "Printer" in journal(f"?q=%23{arrival.ticket_id}")


def test_the_mailbox_chooses() -> None:
    given.an_arrival()
    other = cast.mailbox("sales@demo.example")
    assert "Printer" not in journal(f"?mailbox={other.pk}")
    assert "Printer" in journal(f"?mailbox={cast.mailbox().pk}")


def test_the_rest_stands_behind_a_key() -> None:
    for number in range(ROWS + 1):
        given.an_arrival(b"x%d" % number, subject=f"Number {number:03}")
    first, oldest = journal(), Arrival.objects.earliest("id")
    key = re.search(r"part=rows&amp;before=(\d+)", first)
    assert "Number 000" not in first
    assert key
    assert int(key[1]) == oldest.pk + 1
    assert "Number 000" in journal(f"?part=rows&before={key[1]}")


def test_a_list_costs_few_statements() -> None:
    for number in range(ROWS):
        given.an_arrival(b"x%d" % number)
    browser = cast.page_of(cast.ada())
    with CaptureQueriesContext(connection) as caught:
        browser.get("/journal/")
    assert len(caught) <= 12


def test_reasons_are_shown_in_the_language_of_the_reader() -> None:
    arrival = given.a_set_aside_arrival()
    ada = cast.ada()
    ada.language = "ru"
    ada.save()
    page = cast.page_of(ada).get(f"/journal/{arrival.pk}/").content.decode()
    assert "automatic reply" not in page


def test_the_steps_tell_who_decided() -> None:
    arrival = given.a_set_aside_arrival()
    page = cast.page_of(cast.ada()).get(f"/journal/{arrival.pk}/").content.decode()
    decided = page.partition("Did a machine answer?")[2]
    assert decided.index("this decided") < decided.index("not asked")


def test_the_raw_letter_is_inert() -> None:
    arrival = given.an_arrival()
    answer = cast.page_of(cast.ada()).get(f"/journal/{arrival.pk}/raw/")
    assert answer.content == given.RAW
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_letter_as_it_was_sent_runs_nothing() -> None:
    arrival = given.an_arrival(html="<p>It smokes.</p>")
    answer = cast.page_of(cast.ada()).get(f"/journal/{arrival.pk}/letter/")
    assert b"<p>It smokes.</p>" in answer.content
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_failed_is_read_again() -> None:
    arrival = given.a_failed_arrival()
    cast.page_of(cast.ada()).post(f"/journal/{arrival.pk}/retry/")
    arrival.refresh_from_db()
    assert arrival.outcome == "received"


def test_what_was_set_aside_becomes_a_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        readers, "email", lambda raw: Letter(sender="robot@example.org", subject=raw[-4:].decode())
    )
    arrival = given.a_set_aside_arrival()
    cast.page_of(cast.leo()).post(f"/journal/{arrival.pk}/open/")
    arrival.refresh_from_db()
    assert arrival.ticket is not None
    assert arrival.ticket.subject == "Away"


def test_an_arrival_is_erased_with_a_reason() -> None:
    arrival = given.an_arrival()
    answer = cast.page_of(cast.ada()).post(
        f"/journal/{arrival.pk}/erase/", {"reason": "asked by law"}, follow=True
    )
    arrival.refresh_from_db()
    assert arrival.outcome == "erased"
    assert "asked by law" in answer.content.decode()
    assert re.search(r"UTC, Ada\s*</dd>", answer.content.decode())
    assert cast.page_of(cast.ada()).get(f"/journal/{arrival.pk}/raw/").status_code == 404


def test_nothing_is_erased_without_a_reason() -> None:
    arrival = given.an_arrival()
    answer = cast.page_of(cast.ada()).post(f"/journal/{arrival.pk}/erase/", {"reason": " "})
    arrival.refresh_from_db()
    assert (answer.status_code, arrival.outcome) == (422, "opened")


def test_only_an_administrator_erases() -> None:
    arrival = given.an_arrival()
    answer = cast.page_of(cast.leo()).post(f"/journal/{arrival.pk}/erase/", {"reason": "why not"})
    assert answer.status_code == 403


def test_the_live_part_counts_what_came_after() -> None:
    first = given.an_arrival()
    given.a_set_aside_arrival()
    part = journal(f"?part=balance&newest={first.pk}")
    assert "1 new arrival" in part
    assert 'data-live="arrivals"' in part


def test_the_rail_learns_of_what_waits_for_a_human() -> None:
    cast.service()
    assert 'class="rail-dot"' not in journal("?part=rail")
    given.a_failed_arrival()
    part = journal("?part=rail&section=tickets")
    assert 'class="rail-dot"' in part
    assert 'data-live="arrivals"' in part
