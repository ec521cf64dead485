from opora.desk.models import Ticket
from opora.people.models import Group, Person


def may_see_all(actor: Person) -> bool:
    return actor.is_administrator


def can_work(actor: Person, ticket: Ticket) -> bool:
    """Answer, take, move: agents of the ticket's group, its assignee, administrators.

    A ticket of no group is everybody's.
    """
    if not actor.is_agent:
        return False
    if actor.is_administrator or ticket.group_id is None or ticket.assignee_id == actor.pk:
        return True
    return can_work_in(actor, ticket.group_id)


def can_work_in(actor: Person, group_id: int) -> bool:
    works_in = {row.group_id for row in actor.memberships.all() if not row.is_observer}
    return group_id in works_in


def can_be_assigned(person: Person, group: Group | None) -> bool:
    if not person.is_agent:
        return False
    return group is None or person.is_administrator or can_work_in(person, group.pk)
