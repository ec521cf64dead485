from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.desk import rules

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)

# The table of the glossary, cell by cell; "–" is refused.
GLOSSARY = """
from        | take        | reply       | ask     | hold    | solve  | write       | close
new         | in_progress | in_progress | waiting | on_hold | solved | stays       | closed
in_progress | stays       | stays       | waiting | on_hold | solved | stays       | closed
waiting     | in_progress | stays       | stays   | on_hold | solved | in_progress | closed
on_hold     | in_progress | stays       | waiting | stays   | solved | in_progress | closed
solved      | in_progress | stays       | waiting | on_hold | stays  | in_progress | closed
closed      | –           | –           | –       | –       | –      | in_progress | stays
"""
_HEAD, *_ROWS = [[cell.strip() for cell in row.split("|")] for row in GLOSSARY.strip().splitlines()]
CELLS = [
    (move, row[0], {"stays": row[0], "–": None}.get(cell, cell))
    for row in _ROWS
    for move, cell in zip(_HEAD[1:], row[1:], strict=True)
]


@pytest.mark.parametrize(("move", "status", "after"), CELLS)
def test_moves_are_those_of_the_glossary(move: str, status: str, after: str | None) -> None:
    assert rules.find_next(move, status) == after


@pytest.mark.parametrize("status", rules.STATUSES)
def test_only_what_is_done_is_reopened(status: str) -> None:
    done = status in (rules.SOLVED, rules.CLOSED)
    assert rules.find_next("reopen", status) == (rules.IN_PROGRESS if done else None)


@pytest.mark.parametrize("status", rules.STATUSES)
def test_time_wakes_only_what_is_on_hold_and_closes_only_what_is_solved(status: str) -> None:
    woken = rules.IN_PROGRESS if status == rules.ON_HOLD else None
    lapsed = rules.CLOSED if status == rules.SOLVED else None
    assert (rules.find_next("wake", status), rules.find_next("lapse", status)) == (woken, lapsed)


@pytest.mark.parametrize("status", rules.STATUSES)
def test_trouble_always_puts_a_ticket_before_a_human(status: str) -> None:
    assert rules.find_next("recall", status) in (rules.NEW, rules.IN_PROGRESS)


@pytest.mark.parametrize("status", rules.STATUSES)
def test_thanks_move_a_ticket_as_any_word_does_but_open_nothing_that_is_done(status: str) -> None:
    done = status in (rules.SOLVED, rules.CLOSED)
    word = rules.find_next("write", status)
    assert rules.find_next("thank", status) == (status if done else word)


@given(st.lists(st.sampled_from(sorted(rules.MOVES)), max_size=30))
def test_no_way_through_the_table_leaves_it(moves: list[str]) -> None:
    status = rules.NEW
    for move in moves:
        status = rules.find_next(move, status) or status
        assert status in rules.STATUSES


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо!",
        "Большое спасибо за помощь",
        "Всё заработало, благодарю вас!",
        "ok, thanks",
        "Thank you very much!",
        "Hi, it works now, cheers :)",
        "Добрый день! Спасибо :-)",
        "Все работают. Спасибо за оперативность!",
        "Спасибо, помогло. Вопрос решён",
        "Thanks for the quick help, everything is working now.",
    ],
)
def test_a_word_that_only_thanks_is_seen(text: str) -> None:
    assert rules.is_mere_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Всё работает",  # says nothing of thanks: perhaps it answers a question
        "Спасибо, но принтер снова не печатает",
        "Спасибо. А когда привезут картридж?",
        "Спасибо?",
        "Спасибо, но не помогло",
        "Спасибо. Проблема та же",
        "Thank you, please do the same for Mary",
        "Спасибо " * 30,
        "Thanks\n\nThe till is down again.",
    ],
)
def test_in_doubt_a_word_is_more_than_thanks(text: str) -> None:
    assert not rules.is_mere_thanks(text)


@pytest.mark.parametrize(
    ("passed", "within"),
    [
        (timedelta(0), True),
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), False),
    ],
)
def test_the_grace_period_ends_after_its_last_moment(passed: timedelta, within: bool) -> None:
    assert rules.is_within_grace(NOON, NOON + passed, days=7) is within


def test_a_ticket_closed_nobody_knows_when_is_within_grace() -> None:
    assert rules.is_within_grace(None, NOON, days=7)


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("Printer", "Printer"),
        ("Re: Printer", "Printer"),
        ("RE: Re[2]: Отв: Printer", "Printer"),
        ("Re: [#17] Printer", "Printer"),
        ("[#17] Re: Printer", "Printer"),
        ("Printer [#17]", "Printer [#17]"),
        ("На складе: не печатает", "На складе: не печатает"),
        ("Report: all", "Report: all"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_a_subject_loses_what_mail_programs_put_before_it(subject: str, clean: str) -> None:
    assert rules.clean_subject(subject) == clean


@given(st.text(max_size=80))
def test_cleaning_a_subject_twice_changes_nothing(subject: str) -> None:
    once = rules.clean_subject(subject)
    assert rules.clean_subject(once) == once
