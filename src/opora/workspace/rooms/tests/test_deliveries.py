import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.files import actions as files
from opora.outbox import actions as outbox
from opora.outbox.models import Delivery, DeliveryFile
from opora.outbox.types import Parcel
from opora.people.models import Person
from opora.workspace.rooms.tests import given
from tests import cast

pytestmark = pytest.mark.django_db


def page(path: str, who: Person | None = None) -> str:
    answer = cast.page_of(who or cast.ada()).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def move(delivery: Delivery, how: str, who: Person | None = None, **more: str) -> str:
    answer = cast.page_of(who or cast.ada()).post(
        f"/deliveries/{delivery.pk}/move/", {"move": how, **more}
    )
    delivery.refresh_from_db()
    return str(answer.headers.get("Location", answer.status_code))


def an_account_letter() -> Delivery:
    return outbox.put(
        parcel=Parcel(
            purpose=Delivery.Purpose.ACCOUNT,
            sender="support@demo.example",
            to=("dana@example.org",),
            subject="Signing in",
            text="a secret link",
            message_id="<1@demo.example>",
        )
    )[0]


def test_the_state_chooses() -> None:
    delivery = given.a_delivery()
    Delivery.objects.filter(id=delivery.pk).update(state="failed", error="mailbox full")
    assert "mailbox full" in page("/deliveries/?kind=undelivered")
    assert "mailbox full" not in page("/deliveries/?kind=accepted")


def test_a_delivery_is_found_by_its_recipient() -> None:
    given.a_delivery()
    assert "alice@example.org" in page("/deliveries/?q=ALICE")
    assert "Printer is on fire" not in page("/deliveries/?q=nobody")


def test_a_letter_is_read_as_a_page() -> None:
    delivery = given.a_delivery()
    read = page(f"/deliveries/{delivery.pk}/")
    assert "Unplug it." in read
    assert delivery.message_id.strip("<>") in read
    assert f'data-src="/deliveries/{delivery.pk}/letter/"' in read


def test_a_file_that_goes_along_is_inert() -> None:
    delivery = given.a_delivery()
    file = DeliveryFile.objects.create(
        delivery=delivery,
        blob=files.store(raw=b"<script>"),
        name="счёт.html",
        media_type="text/html",
    )
    answer = cast.page_of(cast.ada()).get(f"/deliveries/{delivery.pk}/files/{file.pk}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_failed_is_sent_again() -> None:
    delivery = given.a_delivery()
    Delivery.objects.filter(id=delivery.pk).update(state="failed", due_at=None)
    assert move(delivery, "retry") == "/deliveries/"
    assert delivery.state == "queued"


def test_a_held_letter_leaves_by_hand() -> None:
    delivery = given.a_delivery()
    Delivery.objects.filter(id=delivery.pk).update(due_at=None, held_for="too many")
    assert "too many" in page("/deliveries/?kind=held")
    move(delivery, "now")
    assert delivery.due_at is not None


def test_a_letter_is_given_up() -> None:
    delivery = given.a_delivery()
    move(delivery, "give-up")
    assert (delivery.state, delivery.error) == ("failed", "Given up by Ada.")


def test_the_way_back_leads_to_our_own_pages_only() -> None:
    delivery = given.a_delivery()
    assert move(delivery, "retry", next="/tickets/1/") == "/tickets/1/"
    assert move(delivery, "retry", next="https://evil.example/") == "/deliveries/"


def test_who_may_only_look_does_not_send() -> None:
    delivery = given.a_delivery()
    wanda = cast.wanda()
    wanda.memberships.create(group=cast.group(), is_observer=True)
    assert move(delivery, "retry", wanda) == "403"


def test_a_letter_that_signs_in_is_for_administrators() -> None:
    secret = an_account_letter()
    assert "a secret link" in page(f"/deliveries/{secret.pk}/")
    assert cast.page_of(cast.leo()).get(f"/deliveries/{secret.pk}/").status_code == 404
    assert "Signing in" not in page("/deliveries/", cast.leo())


def test_a_list_costs_few_statements() -> None:
    ticket = cast.a_ticket()
    for _ in range(20):
        given.a_delivery(ticket)
    dana = cast.page_of(cast.dana())
    with CaptureQueriesContext(connection) as caught:
        dana.get("/deliveries/")
    assert len(caught) <= 12
