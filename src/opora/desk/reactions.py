"""What the desk does when something happened lower down; registered in opora.config.wiring."""

from opora.desk import actions
from opora.desk.models import Ticket
from opora.outbox.models import Delivery


def recall_ticket(undelivered: Delivery) -> None:
    """An answer that did not arrive puts its ticket before a human, with the reason."""
    if undelivered.ticket_id is None:
        return
    ticket = Ticket.objects.filter(id=undelivered.ticket_id).first()
    if ticket is not None:
        reason = f"{undelivered.recipient}: {undelivered.error}"
        actions.recall(ticket=ticket, reason=reason)


def show_delivery(delivery: Delivery) -> None:
    """Pages that show the ticket show the delivery's state."""
    if delivery.ticket_id is not None:
        actions.mark_delivery(ticket_id=delivery.ticket_id)
