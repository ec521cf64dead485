import pytest
from django.core.exceptions import PermissionDenied

from opora.desk import actions
from opora.desk.errors import CannotMove, HasChanged
from opora.desk.models import Attachment, Ticket, Upload
from opora.desk.types import Said
from opora.doors.models import Door
from opora.lib.errors import Refusal
from opora.outbox.models import Delivery
from opora.people import actions as people
from opora.people.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def answer(ticket: Ticket, actor: Person | None = None, **over: object) -> None:
    given = {"text": "Pull the plug.", "seen": cast.last_seen(ticket)} | over
    actions.reply(actor=actor or cast.dana(), ticket=ticket, **given)  # type: ignore[arg-type]


def requester_says(ticket: Ticket, text: str, **over: object) -> Ticket:
    said = Said(text=text, **over)  # type: ignore[arg-type]
    actions.add_message(actor=cast.alice(), ticket=ticket, said=said)
    return again(ticket)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def letters(ticket: Ticket) -> list[Delivery]:
    return list(Delivery.objects.filter(ticket_id=ticket.pk, purpose="answer").order_by("id"))


def test_an_answer_is_in_the_outbox_with_the_message_it_carries() -> None:
    ticket = cast.a_ticket(reference="<1@romashka.example>")
    answer(ticket, text="Pull **the plug**.")
    [letter] = letters(ticket)
    message = ticket.messages.get(kind="reply")
    assert (letter.recipient, letter.said_id) == (cast.alice().email, message.pk)
    assert letter.message_id == message.reference
    assert letter.answers_to == ["<1@romashka.example>"]
    assert "<strong>the plug</strong>" in letter.html


def test_who_answers_first_takes_the_ticket() -> None:
    ticket = cast.a_ticket()
    answer(ticket)
    ticket = again(ticket)
    assert (ticket.status, ticket.assignee, ticket.has_news) == ("in_progress", cast.dana(), False)


def test_who_answers_for_another_takes_nothing_away() -> None:
    ticket = cast.a_ticket(assignee=cast.dana())
    answer(ticket, cast.leo())
    assert again(ticket).assignee == cast.dana()


@pytest.mark.parametrize(("then", "status"), [("ask", "waiting"), ("solve", "solved")])
def test_an_answer_moves_the_ticket_as_asked(then: str, status: str) -> None:
    ticket = cast.a_ticket()
    answer(ticket, then=then)
    assert again(ticket).status == status


def test_nobody_answers_what_they_did_not_read() -> None:
    ticket = cast.a_ticket()
    seen = cast.last_seen(ticket)
    requester_says(ticket, "Never mind, it burns now.")
    with pytest.raises(HasChanged):
        answer(ticket, seen=seen)
    assert not letters(ticket)


def test_nothing_is_not_an_answer() -> None:
    ticket = cast.a_ticket()
    with pytest.raises(Refusal):
        answer(ticket, text=" \n ")
    assert not letters(ticket)


def test_a_closed_ticket_is_reopened_before_it_is_answered() -> None:
    ticket = cast.a_ticket()
    actions.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    with pytest.raises(CannotMove):
        answer(ticket)
    assert not letters(ticket)


def test_a_ticket_without_a_mailbox_is_answered_from_the_first() -> None:
    ticket = cast.a_ticket(door=None)
    first = cast.mailbox()
    answer(ticket)
    assert again(ticket).door == first
    assert [letter.sender for letter in letters(ticket)] == [first.sender]


def test_without_any_mailbox_nothing_can_be_answered() -> None:
    ticket = cast.a_ticket(door=None)
    Door.objects.update(is_active=False)
    with pytest.raises(Refusal, match="no mailbox"):
        answer(ticket)


def test_an_unknown_sender_cannot_be_answered() -> None:
    ticket = cast.a_ticket(requester=people.meet(email="unknown@sender.invalid"))
    with pytest.raises(Refusal, match="Nobody knows"):
        answer(ticket)
    assert not letters(ticket)


def test_an_answer_goes_to_everybody_under_cc_who_then_takes_part() -> None:
    ticket = cast.a_ticket()
    answer(ticket, cc=["bob@example.org"])
    answer(again(ticket), cc=["bob@example.org"])
    assert [letter.recipient for letter in letters(ticket)] == [
        *("alice@example.org", "bob@example.org"),
        *("alice@example.org", "bob@example.org"),
    ]
    assert len({letter.message_id for letter in letters(ticket)}) == 2
    assert [row.person.email for row in ticket.participants.all()] == ["bob@example.org"]


def test_a_file_put_down_while_writing_leaves_with_the_answer() -> None:
    ticket = cast.a_ticket()
    upload = _upload(cast.dana())
    answer(ticket, upload_ids=[upload.pk])
    assert Attachment.objects.get().name == "plan.txt"
    assert [file.name for file in letters(ticket)[0].files.all()] == ["plan.txt"]
    assert not Upload.objects.exists()


def test_nobody_encloses_a_file_of_somebody_else() -> None:
    ticket = cast.a_ticket()
    upload = _upload(cast.leo())
    with pytest.raises(Refusal):
        answer(ticket, upload_ids=[upload.pk])
    assert not letters(ticket)


def test_dropping_a_file_drops_only_ones_own() -> None:
    upload = _upload(cast.leo())
    actions.drop_upload(actor=cast.dana(), upload_id=upload.pk)
    assert Upload.objects.exists()
    actions.drop_upload(actor=cast.leo(), upload_id=upload.pk)
    assert not Upload.objects.exists()


def test_a_requester_uploads_nothing_at_the_desk() -> None:
    with pytest.raises(PermissionDenied):
        _upload(cast.alice())


def test_a_note_stays_in_the_house_and_moves_nothing() -> None:
    ticket = cast.a_ticket()
    note = actions.add_note(actor=cast.dana(), ticket=ticket, text="Bring a bucket.")
    assert (note.kind, again(ticket).status, again(ticket).has_news) == ("note", "new", True)
    assert not letters(ticket)
    assert again(ticket).version > ticket.version


def test_a_note_is_in_no_references_of_an_answer() -> None:
    ticket = cast.a_ticket(reference="<1@romashka.example>")
    actions.add_note(actor=cast.dana(), ticket=ticket, text="Bring a bucket.")
    answer(ticket)
    assert letters(ticket)[0].answers_to == ["<1@romashka.example>"]


def test_a_word_to_a_waiting_ticket_is_news_and_work() -> None:
    ticket = cast.a_ticket()
    answer(ticket, then="ask")
    ticket = requester_says(ticket, "The red one.")
    assert (ticket.status, ticket.has_news) == ("in_progress", True)


@pytest.mark.parametrize("then", ["solve", "close"])
def test_mere_thanks_open_nothing_that_is_done(then: str) -> None:
    ticket = _done(then)
    before = ticket.status
    ticket = requester_says(ticket, "Thank you very much!")
    assert (ticket.status, ticket.has_news) == (before, False)
    assert ticket.messages.count() == 3


def test_thanks_above_a_quote_are_mere_thanks() -> None:
    quoted = "Thanks!\n\n> Pull the plug and call us, please."
    ticket = requester_says(_done("solve"), quoted, reply_text="Thanks!")
    assert ticket.status == "solved"


@pytest.mark.parametrize("then", ["solve", "close"])
def test_any_other_word_opens_it_again(then: str) -> None:
    ticket = requester_says(_done(then), "Thank you, but it still smokes.")
    assert (ticket.status, ticket.has_news) == ("in_progress", True)
    assert (ticket.solved_at, ticket.closed_at) == (None, None)


def test_an_imported_word_moves_nothing() -> None:
    ticket = _done("close")
    ticket = requester_says(ticket, "It still smokes.", is_silent=True)
    assert (ticket.status, ticket.has_news) == ("closed", False)


def _done(then: str) -> Ticket:
    ticket = cast.a_ticket()
    answer(ticket, then="solve")
    if then == "close":
        actions.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    return again(ticket)


def _upload(owner: Person) -> Upload:
    return actions.keep_upload(
        actor=owner, raw=b"1. Run.", name="plan.txt", media_type="text/plain"
    )
