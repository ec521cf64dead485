from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.desk import actions
from opora.desk.models import Ticket
from opora.desk.selectors import LIST_ROWS
from opora.lib import clock
from opora.people.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def page(who: Person, key: str = "open", **query: str) -> str:
    answer = cast.page_of(who).get(reverse("workspace:tickets", args=[key]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(page: str) -> list[int]:
    return [int(part.partition('"')[0]) for part in page.split('id="row-')[1:]]


def many(number: int) -> list[int]:
    """Ids, newest change first; all but the newest change at one moment, as imports do."""
    first = cast.a_ticket()
    moment = first.changed_at - timedelta(hours=1)
    copies = [
        Ticket(
            subject=f"Copy {index}",
            requester=first.requester,
            door=first.door,
            group=first.group,
            language="en",
            opened_at=moment,
            changed_at=moment,
        )
        for index in range(number - 1)
    ]
    made = Ticket.objects.bulk_create(copies)
    return [first.pk, *sorted((ticket.pk for ticket in made), reverse=True)]


def test_a_list_pages_to_its_end_without_gap_or_repetition() -> None:
    ids = many(2 * LIST_ROWS + 1)
    seen, cursor = [], ""
    for _ in range(3):
        answer = cast.page_of(cast.dana()).get(
            "/tickets/open/", {"part": "rows", "after": cursor} if cursor else {}
        )
        seen += rows_of(answer.content.decode())
        cursor = answer.context["next"]
    assert (seen, cursor) == (ids, "")


def test_a_part_is_only_its_rows() -> None:
    cast.a_ticket()
    part = page(cast.dana(), part="rows")
    assert part.strip().startswith("<tr")


@pytest.mark.parametrize("cursor", ["x", "_", "2020-01-01T00:00:00_1", "2020-01-01T00:00:00Z_x"])
def test_a_cursor_that_is_not_ours_is_no_page(cursor: str) -> None:
    browser = cast.page_of(cast.dana())
    assert browser.get("/tickets/open/", {"after": cursor}).status_code == 404


def test_each_list_has_what_its_name_says() -> None:
    free, mine, done, bad = (cast.a_ticket(subject=name) for name in "abcd")
    actions.take(actor=cast.dana(), ticket=mine)
    actions.solve(actor=cast.dana(), ticket=done, seen=cast.last_seen(done))
    actions.recall(ticket=bad, reason="mailbox full")
    found = {key: set(rows_of(page(cast.dana(), key))) for key in ("mine", "unassigned", "open")}
    assert found == {
        "mine": {mine.pk},
        "unassigned": {free.pk, bad.pk},
        "open": {free.pk, mine.pk, bad.pk},
    }
    assert rows_of(page(cast.dana(), "solved")) == [done.pk]
    assert rows_of(page(cast.dana(), "trouble")) == [bad.pk]
    assert set(rows_of(page(cast.dana(), "all"))) == {free.pk, mine.pk, done.pk, bad.pk}


def test_the_lists_are_counted_beside() -> None:
    cast.a_ticket()
    actions.take(actor=cast.dana(), ticket=cast.a_ticket())
    answer = cast.page_of(cast.dana()).get("/tickets/mine/", {"part": "views"})
    counts = {view.key: view.count for view in answer.context["views"]}
    assert counts == {
        "mine": 1,
        "unassigned": 1,
        "open": 2,
        "solved": 0,
        "closed": None,
        "all": None,
    }


def test_an_unknown_list_is_no_page() -> None:
    assert cast.page_of(cast.dana()).get("/tickets/nowhere/").status_code == 404


def test_arrivals_count_what_came_and_not_what_changed() -> None:
    old = cast.a_ticket()
    newest = clock.now().isoformat()
    actions.set_priority(actor=cast.dana(), ticket=old, priority="high")
    cast.a_ticket()
    assert "1 new ticket. Show" in page(cast.dana(), part="arrivals", newest=newest)


def test_a_ticket_given_to_me_came_into_my_list() -> None:
    ticket = cast.a_ticket()
    newest = clock.now().isoformat()
    actions.assign(actor=cast.leo(), ticket=ticket, assignee=cast.dana())
    assert "1 new ticket" in page(cast.dana(), "mine", part="arrivals", newest=newest)


def test_a_row_is_answered_alone() -> None:
    ticket = cast.a_ticket()
    answer = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/row/")
    assert rows_of(answer.content.decode()) == [ticket.pk]
    assert b"aria-selected" not in answer.content
    beside = cast.page_of(cast.dana()).get(f"/tickets/{ticket.pk}/row/?current=1")
    assert b'aria-selected="true"' in beside.content


@pytest.mark.parametrize("who", [cast.dana, cast.leo, cast.ada])
def test_a_list_costs_the_same_however_long_it_is(who: Callable[[], Person]) -> None:
    actor = who()
    cast.a_ticket()
    browser = cast.page_of(actor)
    with CaptureQueriesContext(
        connection,
    ) as short:
        browser.get("/tickets/open/")
    many(LIST_ROWS)
    with CaptureQueriesContext(connection) as long:
        browser.get("/tickets/open/")
    assert len(long) == len(short) <= 8
