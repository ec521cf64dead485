from datetime import timedelta

import pytest
import time_machine

from opora.desk import actions as desk
from opora.desk.models import Attachment, Ticket
from opora.doors.models import Service
from opora.files import actions as files
from opora.intake import actions
from opora.intake.actions import UNKNOWN_SENDER
from opora.intake.models import Arrival
from opora.intake.tests.paper import a_letter, came
from opora.intake.types import Attachment as Enclosed
from opora.intake.types import Dsn
from opora.lib import clock
from opora.outbox import actions as outbox
from opora.outbox.models import Delivery
from opora.people.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def answered(then: str = "") -> tuple[Ticket, Delivery]:
    """A ticket of Alice's and Dana's answer, as the outbox has it."""
    ticket = cast.a_ticket()
    desk.reply(
        actor=cast.dana(),
        ticket=ticket,
        text="Pull the plug.",
        seen=cast.last_seen(ticket),
        then=then,  # type: ignore[arg-type]
    )
    ticket.refresh_from_db()
    return ticket, Delivery.objects.get(ticket_id=ticket.pk, purpose="answer")


def closed() -> tuple[Ticket, Delivery]:
    ticket, letter = answered("solve")
    ticket = desk.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    return ticket, letter


def test_a_new_letter_opens_a_ticket_with_its_words_and_its_files() -> None:
    file = Enclosed(name="smoke.jpg", media_type="image/jpeg", content=b"\xff\xd8 smoke")
    arrival = came(a_letter(attachments=(file,), html="<p>It smokes.</p>"))
    ticket = Ticket.objects.get()
    assert (arrival.outcome, arrival.ticket) == ("opened", ticket)
    assert (ticket.requester.email, ticket.subject) == ("alice@example.org", "Printer is on fire")
    assert ticket.messages.get().html == "<p>It smokes.</p>"
    kept = Attachment.objects.get()
    assert kept.blob is not None
    assert (kept.name, files.read(kept.blob)) == ("smoke.jpg", file.content)


def test_the_journal_says_what_was_read_and_which_questions_were_asked() -> None:
    arrival = Arrival.objects.get(pk=came(a_letter(message_id="<1@x.example>")).pk)
    assert (arrival.sender, arrival.subject) == ("alice@example.org", "Printer is on fire")
    assert arrival.message_id == "<1@x.example>"
    assert arrival.steps[-1] == "thread"
    assert arrival.reading.letter["text"] == "It smokes since this morning."
    assert arrival.settled_at is not None


def test_an_outcome_is_for_ever() -> None:
    arrival = came(a_letter())
    actions.settle(arrival=arrival, letter=a_letter(subject="Something else"))
    assert Ticket.objects.get().subject == "Printer is on fire"


def test_our_mark_in_references_joins_the_ticket_and_is_proof() -> None:
    ticket, ours = answered("ask")
    arrival = came(a_letter(text="Done.", in_reply_to=(ours.message_id,)))
    ticket.refresh_from_db()
    assert (arrival.outcome, arrival.ticket) == ("joined", ticket)
    assert (ticket.status, ticket.has_news) == ("in_progress", True)
    assert ticket.messages.latest("id").is_proven


def test_our_mark_in_the_reply_address_joins_too() -> None:
    ticket, ours = answered()
    address = ours.reply_to.partition("<")[2].rstrip(">")
    arrival = came(a_letter(text="Done.", to=(address,)))
    assert arrival.ticket == ticket


def test_who_received_our_letter_by_forwarding_joins_by_its_mark() -> None:
    ticket, ours = answered()
    arrival = came(a_letter(sender="charlie@example.org", in_reply_to=(ours.message_id,)))
    assert arrival.ticket == ticket
    assert ticket.messages.latest("id").author == cast.charlie()


def test_a_requester_who_answers_their_own_letter_joins_it() -> None:
    first = came(a_letter(message_id="<1@x.example>"))
    second = came(a_letter(text="And it stinks.", references=("<1@x.example>",)))
    assert (second.outcome, second.ticket) == ("joined", first.ticket)
    assert not Ticket.objects.get().messages.latest("id").is_proven


def test_a_stranger_who_knows_a_message_id_opens_a_ticket_of_their_own() -> None:
    first = came(a_letter(message_id="<1@x.example>"))
    forged = came(a_letter(sender="charlie@example.org", in_reply_to=("<1@x.example>",)))
    assert (forged.outcome, forged.ticket == first.ticket) == ("opened", False)
    assert forged.ticket is not None
    assert forged.ticket.continues == first.ticket
    assert first.ticket is not None
    assert first.ticket.messages.count() == 1


@pytest.mark.parametrize("subject", ["Re: [#{}] Printer", "AW: [№ {}] Printer", "[№{}] Printer"])
def test_the_number_in_the_subject_joins_the_requesters_ticket_only(subject: str) -> None:
    ticket = cast.a_ticket()
    subject = subject.format(ticket.pk)
    assert came(a_letter(subject=subject)).ticket == ticket
    assert came(a_letter(subject=subject, sender="charlie@example.org")).ticket != ticket


def test_a_forged_mark_is_no_proof() -> None:
    ticket, ours = answered()
    forged = ours.message_id.replace(f".{ticket.pk}.", f".{ticket.pk + 1}.", 1)
    arrival = came(a_letter(sender="charlie@example.org", in_reply_to=(forged,)))
    assert arrival.outcome == "opened"
    assert arrival.ticket is not None
    assert arrival.ticket.continues is None


def test_who_stood_under_cc_may_answer() -> None:
    first = came(a_letter(message_id="<1@x.example>", cc=("bob@example.org",)))
    second = came(a_letter(sender="bob@example.org", in_reply_to=("<1@x.example>",)))
    assert (second.outcome, second.ticket) == ("joined", first.ticket)


def test_our_own_mailboxes_under_cc_take_no_part() -> None:
    cast.mailbox("help@demo.example")
    arrival = came(a_letter(cc=("help@demo.example", "support@demo.example", "bob@example.org")))
    assert arrival.ticket is not None
    part = arrival.ticket.participants.values_list("person__email", flat=True)
    assert list(part) == ["bob@example.org"]


def test_a_hundred_under_cc_are_a_list_and_take_no_part() -> None:
    crowd = tuple(f"{number}@example.org" for number in range(100))
    arrival = came(a_letter(cc=crowd))
    assert arrival.ticket is not None
    assert not arrival.ticket.participants.exists()


def test_a_word_within_the_grace_period_reopens() -> None:
    ticket, ours = closed()
    with time_machine.travel(clock.now() + timedelta(days=6), tick=False):
        arrival = came(a_letter(text="It smokes again.", in_reply_to=(ours.message_id,)))
    ticket.refresh_from_db()
    assert (arrival.ticket, ticket.status) == (ticket, "in_progress")


def test_a_later_word_opens_another_that_is_linked() -> None:
    ticket, ours = closed()
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        arrival = came(a_letter(text="It smokes again.", in_reply_to=(ours.message_id,)))
    ticket.refresh_from_db()
    assert arrival.ticket is not None
    assert (arrival.ticket.continues, ticket.status) == (ticket, "closed")


def test_the_grace_period_is_the_administrators_choice() -> None:
    Service.objects.create(id=1, name="Demo", grace_days=30)
    ticket, ours = closed()
    with time_machine.travel(clock.now() + timedelta(days=29), tick=False):
        assert came(a_letter(in_reply_to=(ours.message_id,))).ticket == ticket


def test_an_import_joins_however_late_and_reopens_nothing() -> None:
    ticket, ours = closed()
    with time_machine.travel(clock.now() + timedelta(days=800), tick=False):
        arrival = came(a_letter(in_reply_to=(ours.message_id,)), is_silent=True)
    ticket.refresh_from_db()
    assert (arrival.ticket, ticket.status) == (ticket, "closed")


def test_an_imported_letter_sends_nothing_and_keeps_its_date() -> None:
    sent_at = clock.now() - timedelta(days=800)
    came(a_letter(sent_at=sent_at), is_silent=True)
    assert Ticket.objects.get().opened_at == sent_at
    assert not Delivery.objects.exists()


def test_a_bounce_puts_its_ticket_before_a_human() -> None:
    ticket, ours = answered("solve")
    letter = a_letter(
        sender="mailer-daemon@mx.example.org",
        is_bounce=True,
        quoted_ids=(ours.message_id,),
        dsn=(Dsn("5.1.1", "alice@example.org", "failed"),),
    )
    arrival = came(letter)
    ticket.refresh_from_db()
    ours.refresh_from_db()
    assert (arrival.outcome, arrival.ticket, ours.state) == ("joined", ticket, "bounced")
    assert (ticket.status, "5.1.1" in ticket.trouble) == ("in_progress", True)
    assert ticket.messages.count() == 2


def test_a_bounce_of_one_of_several_recipients_is_theirs() -> None:
    ticket = cast.a_ticket()
    desk.reply(
        actor=cast.dana(),
        ticket=ticket,
        text="Hi",
        seen=cast.last_seen(ticket),
        cc=["bob@example.org"],
    )
    sent = Delivery.objects.filter(purpose="answer").order_by("id")
    dsn = Dsn("5.1.1", "alice@example.org", "failed")
    came(a_letter(is_bounce=True, quoted_ids=(sent[0].message_id,), dsn=(dsn,)))
    assert [delivery.state for delivery in sent.all()] == ["bounced", "queued"]


def test_a_bounce_of_what_we_did_not_send_is_set_aside() -> None:
    letter = a_letter(
        is_bounce=True, quoted_ids=("<opora.17.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb@x>",)
    )
    assert (came(letter).outcome, Ticket.objects.count()) == ("set_aside", 0)


def test_the_same_letter_by_another_way_is_a_duplicate() -> None:
    letter = a_letter(message_id="<1@x.example>")
    came(letter)
    twin = came(letter, door=cast.mailbox("help@demo.example"), raw=b"Received: by another way")
    assert (twin.outcome, twin.reason) == ("set_aside", "the same letter came before")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "over", [{"text": "Another word."}, {"subject": "Another"}, {"sender": "charlie@example.org"}]
)
def test_the_same_message_id_alone_is_no_duplicate(over: dict[str, str]) -> None:
    came(a_letter(message_id="<1@x.example>"))
    other = came(a_letter(**{"message_id": "<1@x.example>"} | over))
    assert other.outcome != "set_aside"


def test_what_a_human_must_still_look_at_makes_no_duplicate() -> None:
    letter = a_letter(message_id="<1@x.example>")
    failed = actions.accept(door=cast.mailbox(), raw=b"1")
    actions.fail(arrival=failed, reason="cannot be read", error="")
    assert came(letter).outcome == "opened"


def test_our_own_letter_come_back_opens_nothing() -> None:
    ticket, ours = answered()
    arrival = came(a_letter(sender="support@demo.example", message_id=ours.message_id))
    assert (arrival.outcome, arrival.reason) == ("set_aside", "we wrote it ourselves")
    assert Ticket.objects.get() == ticket


def test_a_letter_from_a_mailbox_of_ours_is_a_loop() -> None:
    cast.mailbox("help@demo.example")
    assert came(a_letter(sender="help@demo.example")).reason == "it comes from a mailbox of ours"


def test_automatic_mail_that_opens_a_ticket_gets_no_receipt() -> None:
    came(a_letter(headers={"list-id": "<news.example.org>"}))
    came(a_letter(subject="Other"), envelope={"from": ""})
    assert Ticket.objects.count() == 2
    assert not Delivery.objects.exists()


def test_a_human_gets_one_receipt() -> None:
    came(a_letter(message_id="<1@x.example>"))
    came(a_letter(text="And it stinks.", references=("<1@x.example>",)))
    assert Delivery.objects.filter(purpose="receipt").count() == 1


def test_a_letter_from_nobody_opens_a_ticket_and_nothing_is_sent_there() -> None:
    arrival = came(a_letter(sender="", sender_name=""))
    assert arrival.ticket is not None
    assert arrival.ticket.requester.email == UNKNOWN_SENDER
    assert not Delivery.objects.exists()


def test_a_known_requester_is_met_again_whatever_the_case_of_their_address() -> None:
    cast.alice()
    came(a_letter(sender="Alice@Example.org"))
    assert Person.objects.filter(email__iexact="alice@example.org").count() == 1


def test_a_letter_settled_in_a_failing_transaction_leaves_nothing() -> None:
    """Outcome, ticket and receipt come together or not at all."""
    arrival = actions.accept(door=cast.mailbox(), raw=b"1")
    broken = a_letter(attachments=(Enclosed(name="x", media_type="t/x", content="no bytes"),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        actions.settle(arrival=arrival, letter=broken)
    assert Arrival.objects.get().outcome == "received"
    assert (Ticket.objects.count(), Delivery.objects.count()) == (0, 0)


def test_a_late_success_does_not_hide_a_bounce_already_known() -> None:
    ticket, ours = answered()
    assert outbox.note_bounce(delivery=ours, reason="5.1.1")
    assert not outbox.note_bounce(delivery=ours, reason="5.1.1")
    ticket.refresh_from_db()
    assert ticket.trouble
