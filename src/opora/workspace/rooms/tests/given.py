"""What the rooms' tests stand on: arrivals and deliveries as the desk makes them."""

from typing import Any

from opora.desk import actions as desk
from opora.desk.models import Ticket
from opora.intake import actions as intake
from opora.intake.models import Arrival
from opora.intake.types import Letter
from opora.outbox.models import Delivery
from tests import cast

RAW = b"From: alice@example.org\r\nSubject: Printer\r\n\r\n<script>alert(1)</script>\r\n"


def an_arrival(raw: bytes = RAW, **over: Any) -> Arrival:
    """One that opened a ticket of the first line; `over` are fields of its Letter."""
    cast.mailbox().__class__.objects.update(group=cast.group())
    given = {"sender": "alice@example.org", "subject": "Printer", "text": "It smokes."}
    arrival = intake.accept(door=cast.mailbox(), raw=raw)
    settled = intake.settle(arrival=arrival, letter=Letter(**(given | over)))
    settled.refresh_from_db()
    return settled


def a_set_aside_arrival() -> Arrival:
    raw = b"From: robot@example.org\r\n\r\nAway"
    return an_arrival(raw, sender="robot@example.org", is_auto_reply=True, subject="Away")


def a_failed_arrival() -> Arrival:
    arrival = intake.accept(door=cast.mailbox(), raw=b"Subject: broken\r\n\r\nbroken")
    intake.fail(arrival=arrival, reason="each try ended a worker", error="boom")
    arrival.refresh_from_db()
    return arrival


def a_delivery(ticket: Ticket | None = None) -> Delivery:
    """An answer of Dana's that waits to leave."""
    ticket = ticket or cast.a_ticket()
    desk.reply(actor=cast.dana(), ticket=ticket, text="Unplug it.", seen=cast.last_seen(ticket))
    return Delivery.objects.filter(purpose="answer", ticket_id=ticket.pk).latest("id")
