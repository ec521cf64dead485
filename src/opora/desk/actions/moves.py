from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from opora.desk import policies, rules
from opora.desk.actions.rows import hold_row, hold_row_for, move, touch
from opora.desk.models import Ticket
from opora.doors import selectors as doors
from opora.lib import clock
from opora.lib.errors import Refusal
from opora.people.models import Person
from opora.trail import actions as trail

BATCH = 200


@transaction.atomic
def take(*, actor: Person, ticket: Ticket) -> Ticket:
    """Make it mine and work on it."""
    ticket = hold_row_for(actor, ticket, policies.can_work)
    return move(actor, ticket, "take", assignee=actor)


@transaction.atomic
def wait(*, actor: Person, ticket: Ticket) -> Ticket:
    """It is the requester's turn, without a word of ours."""
    return move(actor, hold_row_for(actor, ticket, policies.can_work), "ask", has_news=False)


@transaction.atomic
def hold(*, actor: Person, ticket: Ticket, until: datetime, reason: str) -> Ticket:
    """Put it off until a moment; then it is in progress again by itself."""
    ticket = hold_row_for(actor, ticket, policies.can_work)
    if until <= clock.now():
        raise Refusal(_("Choose a moment that is still to come."))
    if not reason.strip():
        raise Refusal(_("Say what is being waited for."))
    return move(
        actor, ticket, "hold", on_hold_until=until, hold_reason=reason[:200], has_news=False
    )


@transaction.atomic
def solve(*, actor: Person, ticket: Ticket, seen: int) -> Ticket:
    """`seen`: id of the last message in view. Nobody solves what they did not read."""
    ticket = hold_row_for(actor, ticket, policies.can_work, seen=seen)
    also = {} if ticket.assignee_id else {"assignee": actor}
    return move(actor, ticket, "solve", has_news=False, trouble="", **also)


@transaction.atomic
def reopen(*, actor: Person, ticket: Ticket) -> Ticket:
    return move(actor, hold_row_for(actor, ticket, policies.can_work), "reopen")


@transaction.atomic
def close(*, actor: Person, ticket: Ticket, seen: int) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work, seen=seen)
    return move(actor, ticket, "close", has_news=False, trouble="")


@transaction.atomic
def recall(*, ticket: Ticket, reason: str) -> Ticket:
    """Put a ticket before a human again. Opora's own act, so there is no actor and no policy."""
    return move(None, hold_row(ticket), "recall", trouble=reason[:400])


@transaction.atomic
def mark_delivery(*, ticket_id: int) -> None:
    """The state of something that left has changed: pages that show the ticket look again."""
    ticket = Ticket.objects.select_for_update().filter(id=ticket_id).first()
    if ticket is not None:
        touch(ticket, at=ticket.changed_at)
        trail.tell_pages(news=f"ticket:{ticket.pk}")


def wake_held() -> int:
    """Resume tickets whose moment has come; return how many. Safe to run twice."""
    due = Ticket.objects.filter(status=rules.ON_HOLD, on_hold_until__lte=clock.now())
    ids = list(due.values_list("id", flat=True)[:BATCH])
    return sum(_wake(ticket_id) for ticket_id in ids)


def close_lapsed() -> int:
    """Close tickets solved long enough without a word; return how many. Safe to run twice."""
    before = clock.now() - timedelta(days=doors.service().closing_days)
    lapsed = Ticket.objects.filter(status=rules.SOLVED, solved_at__lte=before, has_news=False)
    ids = list(lapsed.values_list("id", flat=True)[:BATCH])
    return sum(_lapse(ticket_id, before) for ticket_id in ids)


@transaction.atomic
def _wake(ticket_id: int) -> bool:
    held = Ticket.objects.select_for_update().get(id=ticket_id)
    is_due = held.on_hold_until is not None and held.on_hold_until <= clock.now()
    if held.status != rules.ON_HOLD or not is_due:
        return False
    move(None, held, "wake", trouble=held.hold_reason)
    return True


@transaction.atomic
def _lapse(ticket_id: int, before: datetime) -> bool:
    held = Ticket.objects.select_for_update().get(id=ticket_id)
    if held.status != rules.SOLVED or held.solved_at is None or held.solved_at > before:
        return False
    move(None, held, "lapse")
    return True
