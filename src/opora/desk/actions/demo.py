"""Marks the tickets of the demo, and takes them away again."""

from collections.abc import Collection, Iterable

from django.db import transaction

from opora.desk.actions.rows import change
from opora.desk.models import Attachment, Message, Ticket
from opora.outbox import actions as outbox
from opora.trail import actions as trail


def mark_demo(*, ticket_ids: Iterable[int]) -> None:
    Ticket.objects.filter(id__in=list(ticket_ids)).update(is_demo=True)


@transaction.atomic
def remove_demo(*, keeping: Collection[int]) -> int:
    """Take away the demo's tickets with all that was said in them; return how many.

    `keeping`: ids of those that became real, since a real arrival joined them.
    """
    demo = Ticket.objects.select_for_update().filter(is_demo=True)
    going = list(demo.exclude(id__in=keeping).order_by("id").values_list("id", flat=True))
    for later in Ticket.objects.filter(continues__in=going).exclude(id__in=going):
        change(None, later, "ticket.unlinked", continues=None)
    Ticket.objects.filter(continues__in=going).update(continues=None)
    outbox.forget(ticket_ids=going)
    Attachment.objects.filter(message__ticket__in=going).delete()
    Message.objects.filter(ticket__in=going).delete()
    Ticket.objects.filter(id__in=going).delete()
    trail.forget(about="ticket", about_ids=going)
    Ticket.objects.filter(is_demo=True).update(is_demo=False)
    return len(going)
