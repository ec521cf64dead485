"""What we know that bears on a letter: looked up once, in the transaction that settles it."""

import re

from django.conf import settings

from opora.desk import rules as desk_rules
from opora.desk import selectors as desk
from opora.desk import threads
from opora.desk.models import Ticket
from opora.doors import selectors as doors
from opora.intake.models import Arrival
from opora.intake.selectors import find_twin, has_older_unsettled
from opora.intake.types import Facts, Letter
from opora.lib import clock
from opora.outbox import selectors as outbox
from opora.outbox.models import Delivery

_NUMBER = re.compile(r"\[(?:#|№ ?)(\d{1,12})\]")


class Found:
    """The facts as the sieve sees them, and the rows behind them."""

    def __init__(self, arrival: Arrival, letter: Letter) -> None:
        self.twin = _find_twin(arrival, letter)
        self.delivery = _find_bounced(letter) if letter.is_bounce else None
        self.ticket, self.is_proven = self._find_thread(letter)
        is_lost = self.ticket is None and bool(letter.in_reply_to or letter.references)
        self.may_have_overtaken = is_lost and has_older_unsettled(arrival)
        addresses = doors.addresses()
        self.facts = Facts(
            twin_id=self.twin.pk if self.twin else None,
            bounced_delivery_id=self.delivery.pk if self.delivery else None,
            thread_id=self.ticket.pk if self.ticket else None,
            is_thread_proven=self.is_proven,
            sender_takes_part=bool(self.ticket and desk.takes_part(self.ticket, letter.sender)),
            is_ours=letter.sender in addresses and _is_mark_of_ours(letter.message_id),
            is_loop=letter.sender in addresses,
            is_closed_too_long=self._is_closed_too_long(arrival),
        )

    def _find_thread(self, letter: Letter) -> tuple[Ticket | None, bool]:
        """Our signed mark first; then what the letter answers; then the number in its subject."""
        if self.delivery is not None:
            return _find_ticket(self.delivery.ticket_id), True
        answered = (*letter.in_reply_to, *reversed(letter.references))
        key = settings.SECRET_KEY.encode()
        addresses = (*letter.delivered_to, *letter.to, *letter.cc)
        proven = threads.find_ticket_id(message_ids=answered, addresses=addresses, key=key)
        if proven is not None:
            return _find_ticket(proven), True
        found = desk.find_thread(answered) if answered else None
        return found or _find_by_number(letter), False

    def _is_closed_too_long(self, arrival: Arrival) -> bool:
        if self.ticket is None or self.ticket.status != desk_rules.CLOSED or arrival.is_silent:
            return False
        days = doors.service().grace_days
        return not desk_rules.is_within_grace(self.ticket.closed_at, clock.now(), days)


def _find_twin(arrival: Arrival, letter: Letter) -> Arrival | None:
    twin = find_twin(
        arrival, message_id=letter.message_id, sender=letter.sender, subject=letter.subject
    )
    if twin is None or not hasattr(twin, "reading"):
        return None
    return twin if twin.reading.letter["text"] == letter.text else None


def _find_bounced(letter: Letter) -> Delivery | None:
    ours = [mark for mark in letter.quoted_ids if _is_mark_of_ours(mark)]
    recipients = [dsn.recipient for dsn in letter.dsn if dsn.recipient]
    return outbox.find_by_message_id(ours, recipients) if ours else None


def _find_by_number(letter: Letter) -> Ticket | None:
    match = _NUMBER.search(letter.subject)
    return _find_ticket(int(match[1])) if match else None


def _find_ticket(number: int | None) -> Ticket | None:
    return Ticket.objects.filter(id=number).first() if number is not None else None


def _is_mark_of_ours(message_id: str) -> bool:
    key = settings.SECRET_KEY.encode()
    marked = threads.find_ticket_id(message_ids=[message_id], addresses=(), key=key)
    return marked is not None
