"""Sets the demo up and takes it away; remembers what it made in one event of the trail."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from opora.cli.demo import company, house, steps
from opora.cli.demo.house import House
from opora.cli.demo.steps import Case, Step, Story
from opora.cli.demo.stories import STORIES
from opora.desk import actions as desk
from opora.doors import demo as doors
from opora.intake import demo as intake
from opora.lib import clock
from opora.people import actions as people
from opora.people import demo as people_demo
from opora.people.demo import Made
from opora.people.selectors import find_person
from opora.trail import actions as trail
from opora.trail.models import Event

ADDED = "demo.added"
SHOWN = {"agent": company.ANNA, "administrator": company.PAVEL}
OPENED = timedelta(days=16)  # ago, before the first story
RECENT = timedelta(seconds=5)  # ago; leaves a letter its seconds to be sent in


@dataclass(frozen=True)
class Strike:
    tickets: int
    staying: list[str]


def is_set() -> bool:
    return Event.objects.filter(kind=ADDED, about="demo").exists()


@transaction.atomic
def set_up() -> int:
    """Return how many tickets there are now. The trail of the house begins before the stories."""
    now = clock.now()
    with clock.as_of(now - OPENED):
        made = house.build()
    cases = [Case(story) for story in STORIES]
    for moment, step, case in _in_order(cases, now):
        with clock.as_of(moment):
            step(case)
    arrivals = [arrival for case in cases for arrival in case.arrivals]
    tickets = {arrival.ticket_id for arrival in arrivals if arrival.ticket_id is not None}
    desk.mark_demo(ticket_ids=tickets)
    _remember(made)
    return len(tickets)


@transaction.atomic
def strike() -> Strike:
    made = _recall()
    tickets = intake.remove_demo()
    mailboxes = doors.remove_mailboxes()
    staying = people_demo.remove_demo(made=Made(frozenset(made.companies), frozenset(made.groups)))
    doors.remove_house(brands=made.brands, has_service=made.has_service)
    trail.forget(about="demo", about_ids=[1])
    return Strike(tickets, [str(row) for row in (*mailboxes, *staying)])


def links() -> list[tuple[str, str]]:
    """Whom a link signs in, and its path. Each is good once and ends the earlier ones."""
    shown = [(role, find_person(email)) for role, email in SHOWN.items()]
    return [
        (
            f"{person.name}, {role}",
            reverse("workspace:sign-in-link", args=[people.make_link(person=person)]),
        )
        for role, person in shown
        if person is not None
    ]


def _in_order(cases: list[Case], now: datetime) -> list[tuple[datetime, Step, Case]]:
    """All steps of all stories as they followed one another, so that numbers grow with time."""
    told = [item for case in cases for item in _moments(case, now)]
    return sorted(told, key=itemgetter(0))


def _moments(case: Case, now: datetime) -> list[tuple[datetime, Step, Case]]:
    moment, latest = _beginning(case.story, now), now - RECENT
    told: list[tuple[datetime, Step, Case]] = []
    for minutes, step in ((0, steps.arrive), *case.story.steps):
        moment = min(moment + timedelta(minutes=minutes), latest)
        told.append((moment, step, case))
    return told


def _beginning(story: Story, now: datetime) -> datetime:
    if isinstance(story.at, int):
        return now - timedelta(minutes=story.at)
    days, hour = story.at
    day = now.astimezone(ZoneInfo(company.ZONE)) - timedelta(days=days)
    return datetime.combine(day.date(), time.fromisoformat(hour), day.tzinfo)


def _remember(made: House) -> None:
    changes: dict[str, trail.Change] = {
        "service": (None, made.has_service),
        "groups": (None, [str(key) for key in made.groups]),
        "companies": (None, [str(key) for key in made.companies]),
        "brands": (None, [str(key) for key in made.brands]),
    }
    trail.note(actor_id=None, kind=ADDED, about="demo", about_id=1, changes=changes)


def _recall() -> House:
    changes = Event.objects.get(kind=ADDED, about="demo").changes
    return House(
        has_service=changes["service"][1],
        groups=[int(key) for key in changes["groups"][1]],
        companies=[int(key) for key in changes["companies"][1]],
        brands=[int(key) for key in changes["brands"][1]],
    )
