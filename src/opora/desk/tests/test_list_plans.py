"""Each list reads an index from its newest end: it costs the same at any number of tickets."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from opora.desk.models import Ticket
from opora.desk.search import matching
from opora.desk.selectors import counts_of, page_of, views_for
from tests import cast

pytestmark = pytest.mark.django_db

# 20,000 tickets, three of ten open, half of them of the first line, the rest of another group.
FILL = """
    INSERT INTO desk_ticket (subject, status, priority, requester_id, door_id, group_id,
        assignee_id, tags, language, hold_reason, has_news, trouble, opened_at, changed_at,
        version, is_demo)
    SELECT 'Printer ' || i,
        CASE WHEN i %% 10 < 3 THEN 'new' WHEN i %% 10 = 3 THEN 'solved' ELSE 'closed' END,
        'normal', %(alice)s, %(door)s, CASE WHEN i / 10 %% 2 = 0 THEN %(ours)s ELSE %(theirs)s END,
        CASE WHEN i / 20 %% 5 > 0 THEN %(dana)s::bigint END, '{}', 'en', '', false,
        CASE WHEN i %% 500 = 1 THEN 'mailbox full' ELSE '' END, now(),
        now() - i * interval '1 minute', 1, false
    FROM generate_series(1, 20000) i
"""


@pytest.fixture
def _full_desk() -> None:
    with connection.cursor() as cursor:
        values = {
            "alice": cast.alice().pk,
            "dana": cast.dana().pk,
            "door": cast.mailbox().pk,
            "ours": cast.group().pk,
            "theirs": cast.group("Warehouse").pk,
        }
        cursor.execute(FILL, values)
        cursor.execute("ANALYZE desk_ticket")


def plan_of(tickets: QuerySet[Ticket]) -> str:
    with CaptureQueriesContext(connection) as captured:
        page_of(tickets)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE) " + captured.captured_queries[-1]["sql"])
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.usefixtures("_full_desk")
@pytest.mark.parametrize("who", ["dana", "ada"])
@pytest.mark.parametrize(
    ("view", "indexes"),
    [
        ("unassigned", {"ticket_unassigned", "ticket_open"}),
        ("trouble", {"ticket_trouble"}),
        ("open", {"ticket_open_all", "ticket_open"}),
        ("solved", {"ticket_solved"}),
        ("closed", {"ticket_changed"}),
        ("all", {"ticket_changed"}),
    ],
)
def test_a_list_reads_its_index(who: str, view: str, indexes: set[str]) -> None:
    plan = plan_of(views_for(getattr(cast, who)())[view])
    assert any(f"using {index} on" in plan for index in indexes), plan
    assert "Seq Scan on desk_ticket" not in plan


@pytest.mark.usefixtures("_full_desk")
def test_my_list_reads_its_index() -> None:
    assert "using ticket_mine on" in plan_of(views_for(cast.dana())["mine"])


@pytest.mark.usefixtures("_full_desk")
@pytest.mark.parametrize("text", ["nowhere", "printer 19999"])
def test_words_are_looked_up_and_not_looked_for(text: str) -> None:
    plan = plan_of(matching(views_for(cast.dana())["all"], text))
    assert "ticket_subject_words" in plan
    assert "Seq Scan on desk_ticket" not in plan


@pytest.mark.usefixtures("_full_desk")
def test_counting_stops_where_nobody_reads_on() -> None:
    views = views_for(cast.ada())
    lists = {name: views[name] for name in ("open", "trouble")}
    with CaptureQueriesContext(connection) as captured:
        assert counts_of(lists) == {"open": 1000, "trouble": 40}
    assert len(captured) == 1
