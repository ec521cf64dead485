"""The demo is believable, and goes without a trace; what is real stays."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from opora.cli.demo import stage, steps
from opora.cli.demo.company import ANNA, IGOR, PAVEL, SUPPORT
from opora.cli.demo.stories import STORIES
from opora.desk import actions as desk
from opora.desk.models import Attachment, Message, Ticket
from opora.doors.models import Brand, Door, OutgoingServer, Service
from opora.intake import actions as intake
from opora.intake import jobs, verify
from opora.intake.models import Arrival
from opora.lib import clock
from opora.outbox.models import Delivery
from opora.people import actions as people
from opora.people.models import Company, Group, Person
from opora.trail.models import Event
from tests import cast

pytestmark = pytest.mark.django_db

SWEPT = {"files_blob", "procrastinate_jobs", "procrastinate_events"}  # later, by themselves


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house") / "blobs"


@pytest.fixture(autouse=True)
def _house_of_this_test(settings: Settings, blobs: Path) -> None:
    settings.BLOBS = blobs


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker, blobs: Path) -> Iterator[int]:
    """Set up once, since it takes seconds; each test's own changes are rolled back to it."""
    with django_db_blocker.unblock(), override_settings(BLOBS=blobs), transaction.atomic():
        yield stage.set_up()
        transaction.set_rollback(True)


@pytest.fixture
def empty(db: None) -> None:
    """Nothing of the demo, whichever test comes first."""
    if stage.is_set():
        stage.strike()


def letter(subject: str, text: str, *, to: str = SUPPORT, sender: str = "bob@far.example") -> bytes:
    lines = [f"From: Bob <{sender}>", f"To: {to}", f"Subject: {subject}", "", text, ""]
    return "\r\n".join(lines).encode()


def arrive(raw: bytes) -> Arrival:
    """A real letter comes to the first mailbox of the demo."""
    arrival = intake.accept(door=Door.objects.get(address=SUPPORT), raw=raw)
    jobs.settle(arrival.pk)
    return Arrival.objects.get(pk=arrival.pk)


def rows() -> dict[str, int]:
    """How many rows each table has, but for those that are swept."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - SWEPT
        counts = {}
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  names of our tables
            counts[table] = cursor.fetchone()[0]
    return counts


def test_there_are_tickets_of_every_status_in_two_languages(demo: int) -> None:
    counts = Counter(Ticket.objects.values_list("status", flat=True))
    assert set(counts) == set(Ticket.Status.values)
    assert sum(counts.values()) == demo >= 35
    assert set(Ticket.objects.values_list("language", flat=True)) == {"ru", "en"}
    assert Ticket.objects.filter(is_demo=False).count() == 0


def test_arrivals_have_every_outcome_but_an_unfinished_one_and_the_books_balance(demo: int) -> None:
    outcomes = set(Arrival.objects.values_list("outcome", flat=True))
    assert outcomes == {"opened", "joined", "set_aside", "failed"}
    assert list(verify.findings()) == []


def test_answers_that_did_not_arrive_stand_before_a_human(demo: int) -> None:
    assert Counter(Delivery.objects.values_list("state", flat=True)).keys() == {
        *("accepted", "failed", "bounced")
    }
    troubled = Ticket.objects.exclude(trouble="")
    assert {ticket.status for ticket in troubled} == {"in_progress"}
    assert troubled.count() == 2


def test_conversations_have_replies_notes_and_files(demo: int) -> None:
    assert set(Message.objects.values_list("kind", flat=True)) == {"request", "reply", "note"}
    kinds = set(Attachment.objects.values_list("media_type", flat=True))
    assert kinds >= {"image/png", "text/plain"}


def test_thanks_leave_what_is_solved_as_it_is(demo: int) -> None:
    thanked = Ticket.objects.filter(messages__text__startswith="Всё отлично, спасибо!")
    assert [ticket.status for ticket in thanked] == ["solved"]


def test_everything_happened_in_the_past_in_the_order_of_its_numbers(demo: int) -> None:
    for moments in (
        Event.objects.order_by("id").values_list("at", flat=True),
        Arrival.objects.order_by("id").values_list("received_at", flat=True),
        Ticket.objects.order_by("id").values_list("opened_at", flat=True),
    ):
        assert list(moments) == sorted(moments)
        assert max(moments) <= clock.now()
    held = Ticket.objects.filter(status="on_hold")
    assert all(ticket.on_hold_until and ticket.on_hold_until > clock.now() for ticket in held)


def test_nothing_leaves_the_house(demo: int) -> None:
    assert not OutgoingServer.objects.exists()
    assert not Delivery.objects.exclude(recipient__endswith=".example").exists()
    assert not Delivery.objects.due(clock.now()).exists()
    assert set(Delivery.objects.filter(state="accepted").values_list("answer", flat=True)) == {
        steps.KEPT
    }


def test_the_first_mailbox_is_the_russian_one(demo: int) -> None:
    assert list(Door.objects.order_by("id").values_list("address", "language")) == [
        ("support@demo.example", "ru"),
        ("help@demo.example", "en"),
    ]


def test_links_sign_in_an_agent_and_the_administrator_once(demo: int) -> None:
    (_, agent), (_, administrator) = stage.links()
    for path, email in ((agent, ANNA), (administrator, PAVEL)):
        token = path.split("/")[-2]
        signed_in = people.use_link(token=token)
        assert signed_in is not None
        assert signed_in.email == email
        assert people.use_link(token=token) is None


def test_removing_it_leaves_every_table_as_it_was(empty: None) -> None:
    before = rows()
    stage.set_up()
    assert stage.is_set()
    struck = stage.strike()
    assert rows() == before
    assert (struck.tickets > 35, struck.staying, stage.is_set()) == (True, [], False)


def test_a_house_that_works_keeps_everything_that_is_its_own(empty: None) -> None:
    cast.service()
    real = cast.a_ticket(door=cast.mailbox("office@real.example"), group=cast.group())
    people.save_company(actor=cast.ada(), company=None, name="Kedr", domains=["kedr-td.example"])
    people.save_group(actor=cast.ada(), group=None, name="Сайты")
    before = rows()
    stage.set_up()
    stage.strike()
    assert rows() == before
    assert Ticket.objects.get() == real
    assert Service.objects.get().name == "Demo Service"


def test_a_real_request_to_a_demo_mailbox_stays_with_all_that_it_names(demo: int) -> None:
    arrival = arrive(letter("Real trouble", "Help!"))
    anna = Person.objects.get(email=ANNA)
    desk.assign(actor=anna, ticket=real_ticket(arrival), assignee=Person.objects.get(email=IGOR))
    struck = stage.strike()
    assert Ticket.objects.get() == arrival.ticket
    assert set(struck.staying) == {SUPPORT, "Анна Крылова", "Игорь Лапин"}
    assert Door.objects.get().is_demo is False
    assert [str(group) for group in Group.objects.all()] == ["Первая линия"]
    assert list(verify.findings()) == []


def test_an_agent_of_the_demo_who_stays_does_not_work_here_any_more(demo: int) -> None:
    arrival = arrive(letter("Real trouble", "Help!"))
    anna = Person.objects.get(email=ANNA)
    desk.take(actor=anna, ticket=real_ticket(arrival))
    token = people.make_link(person=anna)
    stage.strike()
    anna.refresh_from_db()
    assert (anna.is_active, anna.is_demo) == (False, False)
    assert people.use_link(token=token) is None


def test_a_demo_ticket_that_a_real_letter_joined_stays_whole(demo: int) -> None:
    ticket = Ticket.objects.filter(status="waiting", language="ru").latest("id")
    said = ticket.messages.count()
    sender = ticket.requester.email
    joined = arrive(letter(f"Re: [#{ticket.pk}] x", "Here it is.", sender=sender))
    assert joined.ticket == ticket
    stage.strike()
    ticket.refresh_from_db()
    assert (ticket.is_demo, ticket.messages.count()) == (False, said + 1)
    assert Event.objects.filter(about="ticket", about_id=ticket.pk).exists()
    assert list(Company.objects.all()) == [ticket.company]
    assert list(verify.findings()) == []


def test_a_real_ticket_that_continues_one_of_the_demo_stands_alone_afterwards(demo: int) -> None:
    late = cast.a_ticket(continues=Ticket.objects.filter(status="closed").first())
    stage.strike()
    late.refresh_from_db()
    assert late.continues is None


def test_a_ticket_made_by_hand_of_a_demo_arrival_goes_too(demo: int) -> None:
    failed = Arrival.objects.get(outcome="failed")
    anna = Person.objects.get(email=ANNA)
    intake.open_by_hand(actor=anna, arrival=failed, letter=None)
    assert stage.strike().staying == []
    assert not Ticket.objects.exists()


def test_a_mailbox_that_was_there_before_stays_real(empty: None) -> None:
    door = cast.mailbox(SUPPORT)
    stage.set_up()
    door.refresh_from_db()
    assert door.is_demo is False
    stage.strike()
    assert Door.objects.get() == door
    assert Brand.objects.get() == door.brand


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.subject[:30])
def test_only_reserved_names_are_used(story: steps.Story) -> None:
    for address in (story.sender, story.mailbox, *story.cc):
        assert address.endswith(".example")


def real_ticket(arrival: Arrival) -> Ticket:
    assert arrival.ticket is not None
    return arrival.ticket
