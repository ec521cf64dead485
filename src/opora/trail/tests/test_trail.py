from collections.abc import Iterator

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from opora.trail import actions, types
from opora.trail.models import Event, ReactionDone


@pytest.fixture(autouse=True)
def _nobody_reacts() -> Iterator[None]:
    """Each test registers its own; afterwards everything is as wired."""
    before = dict(types.reactions), list(types.when_noted), list(types.when_endless)
    types.reactions.clear()
    types.when_noted[:], types.when_endless[:] = [], []
    yield
    types.reactions.clear()
    types.reactions.update(before[0])
    types.when_noted[:], types.when_endless[:] = before[1], before[2]


def note(kind: str = "ticket.taken") -> Event:
    changes: dict[str, actions.Change] = {"status": ("new", "in_progress")}
    return actions.note(actor_id=7, kind=kind, about="ticket", about_id=17, changes=changes)


def reacting(kind: str) -> types.Reaction:
    """A reaction that notes an event itself."""

    def react(event: Event) -> None:
        note(kind)

    return react


@pytest.mark.django_db
def test_an_event_keeps_who_what_old_and_new() -> None:
    note()
    event = Event.objects.get()
    assert (event.actor_id, event.kind, event.about, event.about_id) == (
        *(7, "ticket.taken", "ticket", 17),
    )
    assert (event.changes, event.cause_id, event.depth) == (
        *({"status": ["new", "in_progress"]}, None, 0),
    )


@pytest.mark.django_db
def test_a_reaction_happens_once_however_often_its_job_runs() -> None:
    seen: list[int] = []
    types.reactions["ticket.taken"] = {"desk.look": lambda event: seen.append(event.pk)}
    event = note()
    for _ in range(3):
        actions.react(event=event)
    assert seen == [event.pk]
    assert ReactionDone.objects.get().reaction == "desk.look"


@pytest.mark.django_db
def test_a_reaction_that_failed_is_tried_again_and_the_others_are_not() -> None:
    seen: list[str] = []
    trouble = [ValueError("not now")]

    def second(event: Event) -> None:
        if trouble:
            raise trouble.pop()
        seen.append("second")

    types.reactions["ticket.taken"] = {"first": lambda _: seen.append("first"), "second": second}
    event = note()
    with pytest.raises(ValueError, match="not now"):
        actions.react(event=event)
    actions.react(event=event)
    assert seen == ["first", "second"]


@pytest.mark.django_db
def test_a_reactions_own_broken_rule_is_not_taken_for_a_repetition() -> None:
    def broken(event: Event) -> None:
        raise IntegrityError("a rule of its own")

    types.reactions["ticket.taken"] = {"broken": broken}
    with pytest.raises(IntegrityError, match="of its own"):
        actions.react(event=note())
    assert not ReactionDone.objects.exists()


@pytest.mark.django_db
def test_what_a_reaction_notes_has_its_cause_and_depth() -> None:
    types.reactions["ticket.taken"] = {"desk.answer": reacting("ticket.moved")}
    event = note()
    actions.react(event=event)
    caused = Event.objects.get(kind="ticket.moved")
    assert (caused.cause_id, caused.depth) == (event.pk, 1)
    assert note("ticket.closed").cause_id is None


@pytest.mark.django_db
def test_an_endless_chain_is_stopped_and_told() -> None:
    told: list[Event] = []
    types.when_endless.append(told.append)
    types.reactions["ticket.taken"] = {"desk.again": reacting("ticket.taken")}
    event = note()
    for _ in range(20):
        actions.react(event=event)
        latest = Event.objects.latest("id")
        if latest == event:
            break
        event = latest
    assert [event.depth for event in Event.objects.order_by("id")] == list(range(7))
    assert [event.depth for event in told] == [6]


@pytest.mark.django_db
def test_only_those_events_wake_a_job_to_which_somebody_reacts() -> None:
    woken: list[str] = []
    types.when_noted.append(lambda event: woken.append(event.kind))
    types.reactions["ticket.taken"] = {"desk.look": lambda _: None}
    note()
    note("ticket.closed")
    assert woken == ["ticket.taken"]


@pytest.mark.django_db
def test_forgetting_takes_only_what_is_named() -> None:
    note()
    actions.note(actor_id=7, kind="person.added", about="person", about_id=17, changes={})
    actions.forget(about="ticket", about_ids=[17])
    assert [event.about for event in Event.objects.all()] == ["person"]


@pytest.mark.django_db(transaction=True)
def test_pages_hear_of_an_event_when_it_is_committed_and_not_before(
    other_session: psycopg.Connection,
) -> None:
    other_session.autocommit = True
    other_session.execute(f"LISTEN {actions.CHANNEL}")
    with transaction.atomic():
        note()
        assert list(other_session.notifies(timeout=0.1)) == []
    [heard] = other_session.notifies(timeout=5, stop_after=1)
    assert heard.channel == actions.CHANNEL


@pytest.mark.django_db(transaction=True)
def test_an_event_rolled_back_is_never_heard(other_session: psycopg.Connection) -> None:
    other_session.autocommit = True
    other_session.execute(f"LISTEN {actions.CHANNEL}")
    with transaction.atomic():
        note()
        transaction.set_rollback(True)
    assert list(other_session.notifies(timeout=0.2)) == []
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_events_carry_the_transaction_that_wrote_them() -> None:
    with transaction.atomic():
        first, second = note(), note()
    third = note()
    numbers = [
        Event.objects.values_list("xact", flat=True).get(pk=event.pk)
        for event in (first, second, third)
    ]
    assert numbers[0] == numbers[1] < numbers[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        assert cursor.fetchone()[0] > numbers[2]
