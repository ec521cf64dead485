import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from opora.desk import actions
from opora.desk.models import Message, Ticket, Upload
from opora.desk.types import Said
from opora.outbox.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db


def say(ticket: Ticket, **given: object) -> HttpResponse:
    data = {"kind": "reply", "then": "stay", "text": "Unplug it.", "seen": cast.last_seen(ticket)}
    return cast.page_of(cast.dana()).post(f"/tickets/{ticket.pk}/say/", data | given)  # type: ignore[return-value]


def test_an_answer_leaves_and_the_page_comes_back() -> None:
    ticket = cast.a_ticket()
    answer = say(ticket, then="wait", cc="Bob@Romashka.example, eve@example.org")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.pk}/")
    sent = Delivery.objects.filter(purpose="answer").values_list("recipient", flat=True)
    assert set(sent) == {"alice@example.org", "bob@romashka.example", "eve@example.org"}
    ticket.refresh_from_db()
    assert ticket.status == "waiting"


@pytest.mark.parametrize(
    ("then", "status"), [("stay", "in_progress"), ("wait", "waiting"), ("solve", "solved")]
)
def test_the_button_says_what_becomes_of_the_ticket(then: str, status: str) -> None:
    ticket = cast.a_ticket()
    say(ticket, then=then)
    ticket.refresh_from_db()
    assert ticket.status == status


def test_a_note_stays_among_us() -> None:
    ticket = cast.a_ticket()
    say(ticket, kind="note")
    assert ticket.messages.latest("id").kind == Message.Kind.NOTE
    assert not Delivery.objects.filter(purpose="answer").exists()


def test_what_was_not_read_is_not_answered_and_the_text_is_kept() -> None:
    ticket = cast.a_ticket()
    seen = cast.last_seen(ticket)
    actions.add_message(actor=cast.alice(), ticket=ticket, said=Said(text="It burns now!"))
    answer = say(ticket, seen=seen, text="Wait until **tomorrow**.", cc="bob@romashka.example")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a new message: read it first." in page
    assert "Wait until **tomorrow**.</textarea>" in page
    assert 'value="bob@romashka.example"' in page
    assert "It burns now!" in page
    assert not Delivery.objects.filter(purpose="answer").exists()


def test_the_page_of_a_refusal_asks_the_open_page_to_look_again() -> None:
    ticket = cast.a_ticket()
    assert say(ticket, seen=0)["HX-Trigger"] == "refresh"


@pytest.mark.parametrize("wrong", [{"text": " "}, {"cc": "not an address"}, {"kind": "shout"}])
def test_what_cannot_be_sent_comes_back(wrong: dict[str, str]) -> None:
    ticket = cast.a_ticket()
    assert say(ticket, **wrong).status_code == 422
    assert ticket.messages.count() == 1


def test_a_closed_ticket_is_not_answered() -> None:
    ticket = cast.a_ticket()
    actions.close(actor=cast.dana(), ticket=ticket, seen=cast.last_seen(ticket))
    answer = say(ticket)
    assert answer.status_code == 422
    assert "The ticket is closed. Reopen it first." in answer.content.decode()


def test_a_file_uploaded_before_goes_along() -> None:
    ticket = cast.a_ticket()
    made = cast.page_of(cast.dana()).post(
        "/uploads/", {"file": SimpleUploadedFile("план.txt", b"plan", "text/plain")}
    )
    assert made.status_code == 201
    assert made.json() == {"id": Upload.objects.get().pk, "name": "план.txt", "size": 4}
    say(ticket, attachments=[made.json()["id"]])
    assert ticket.messages.latest("id").attachments.get().name == "план.txt"


def test_a_file_comes_with_the_form_where_there_is_no_script() -> None:
    ticket = cast.a_ticket()
    say(ticket, files=SimpleUploadedFile("plan.txt", b"plan", "text/plain"))
    assert ticket.messages.latest("id").attachments.get().size == 4


def test_files_stay_with_a_text_that_could_not_be_sent() -> None:
    ticket = cast.a_ticket()
    answer = say(ticket, seen=0, files=SimpleUploadedFile("plan.txt", b"plan", "text/plain"))
    kept = Upload.objects.get()
    assert f'name="attachments" value="{kept.pk}"' in answer.content.decode()


def test_a_file_of_somebody_else_does_not_go_along() -> None:
    ticket = cast.a_ticket()
    theirs = actions.keep_upload(
        actor=cast.leo(), raw=b"x", name="leo-only.txt", media_type="text/plain"
    )
    answer = say(ticket, attachments=[theirs.pk])
    assert answer.status_code == 422
    assert "leo-only.txt" not in answer.content.decode()
    assert ticket.messages.count() == 1
