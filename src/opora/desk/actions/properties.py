from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from opora.desk import policies
from opora.desk.actions.rows import change, hold_row_for
from opora.desk.models import Ticket
from opora.lib.errors import Refusal
from opora.people.models import Company, Group, Person


@transaction.atomic
def assign(*, actor: Person, ticket: Ticket, assignee: Person | None) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work)
    if assignee is not None and not policies.can_be_assigned(assignee, ticket.group):
        raise Refusal(_("%(name)s does not work in this group.") % {"name": assignee})
    return change(actor, ticket, "ticket.assigned", assignee=assignee)


@transaction.atomic
def set_group(*, actor: Person, ticket: Ticket, group: Group | None) -> Ticket:
    """Give it to another group. An assignee who does not work there is taken off."""
    ticket = hold_row_for(actor, ticket, policies.can_work)
    keeps = ticket.assignee is None or policies.can_be_assigned(ticket.assignee, group)
    assignee = ticket.assignee if keeps else None
    return change(actor, ticket, "ticket.grouped", group=group, assignee=assignee)


@transaction.atomic
def set_priority(*, actor: Person, ticket: Ticket, priority: str) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work)
    return change(actor, ticket, "ticket.prioritised", priority=Ticket.Priority(priority).value)


@transaction.atomic
def set_tags(*, actor: Person, ticket: Ticket, tags: Collection[str]) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work)
    clean = sorted({" ".join(tag.lower().split())[:50] for tag in tags} - {""})
    return change(actor, ticket, "ticket.tagged", tags=clean)


@transaction.atomic
def rename(*, actor: Person, ticket: Ticket, subject: str) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work)
    subject = " ".join(subject.split())[:300]
    if not subject:
        raise Refusal(_("A ticket needs a subject."))
    return change(actor, ticket, "ticket.renamed", subject=subject)


@transaction.atomic
def set_requester(*, actor: Person, ticket: Ticket, requester: Person) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work)
    return change(actor, ticket, "ticket.requester", requester=requester, company=requester.company)


@transaction.atomic
def set_company(*, actor: Person, ticket: Ticket, company: Company | None) -> Ticket:
    ticket = hold_row_for(actor, ticket, policies.can_work)
    return change(actor, ticket, "ticket.company", company=company)
