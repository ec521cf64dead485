"""What can happen in a story of the demo. Each step does it by the action a button would call."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from opora.cli.demo import company, letters
from opora.cli.demo.letters import Written
from opora.cli.demo.pictures import File
from opora.desk import actions as desk
from opora.desk.actions.conversation import Then
from opora.desk.models import Ticket
from opora.desk.selectors import find_references
from opora.doors.models import Door
from opora.files import actions as files
from opora.intake.actions import Handed
from opora.intake.demo import PREFIX, receive_demo
from opora.intake.models import Arrival
from opora.lib import clock
from opora.lib.errors import DeliveryFailed
from opora.outbox import actions as outbox
from opora.outbox.models import Delivery
from opora.people.models import Group, Person

# Stands where a far server's answer would.
KEPT = "250 2.0.0 Ok: a letter of the demo, kept and not sent"

WIDTH = 68  # of a line that was broken for us
# How mail programs introduce what they quote.
ATTRIBUTIONS = {
    company.SUPPORT: "{at:%d.%m.%Y %H:%M}, {name} пишет:",
    company.HELP: "On {at:%d/%m/%Y %H:%M}, {name} wrote:",
}


@dataclass
class Case:
    """A story while it is told, and where it came to so far."""

    story: "Story"
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def ticket(self) -> Ticket:
        """The ticket as it is now."""
        opened = next(arrival.ticket_id for arrival in self.arrivals if arrival.ticket_id)
        return Ticket.objects.get(id=opened)

    def last_seen(self) -> int:
        return self.ticket.messages.latest("id").pk


Step = Callable[[Case], object]


@dataclass(frozen=True)
class Story:
    """A first letter, and steps that follow, each so many minutes after the one before."""

    at: tuple[int, str] | int  # days before today and the hour of the service, or minutes ago
    sender: str
    subject: str
    text: str
    steps: tuple[tuple[int, Step], ...] = ()
    mailbox: str = company.SUPPORT
    files: tuple[File, ...] = ()
    cc: tuple[str, ...] = ()
    is_automatic: bool = False
    trouble: str = ""  # why the first letter could not be read


def days_before(story: Story) -> int:
    return 0 if isinstance(story.at, int) else story.at[0]


def arrive(case: Case) -> None:
    story = case.story
    _receive(case, letters.compose(_written(case, flowing(story.text), story.files)))


def again(mailbox: str) -> Step:
    """The same letter comes by another mailbox too."""

    def step(case: Case) -> None:
        blob = case.arrivals[-1].blob
        if blob is not None:
            _receive(case, files.read(blob), mailbox)

    return step


def write(text: str, *attached: File) -> Step:
    """The requester answers our last letter, quoting its beginning."""

    def step(case: Case) -> None:
        ours = case.ticket.messages.filter(kind="reply").latest("id")
        words = ATTRIBUTIONS[case.story.mailbox]
        said_by = words.format(at=ours.written_at, name=ours.author.name)
        quoted = "\n".join(f"> {line}" for line in ours.text.splitlines()[:3])
        whole = f"{flowing(text)}\n\n{said_by}\n{quoted}"
        _receive(case, letters.compose(_written(case, whole, attached, is_answer=True)))

    return step


def bounced(status: str, prose: str) -> Step:
    """The far side took our last letter and then gave it back."""

    def step(case: Case) -> None:
        last = Delivery.objects.filter(ticket_id=case.ticket.pk).latest("id")
        _receive(case, letters.bounce(last, status=status, prose=prose, at=clock.now()))

    return step


def reply(by: str, text: str, *attached: File, then: Then = "", fails: str = "") -> Step:
    """`fails`: what the far server said for good instead of taking it."""

    def step(case: Case) -> None:
        actor = person(by)
        uploads = [
            desk.keep_upload(
                actor=actor, raw=file.content, name=file.name, media_type=file.media_type
            )
            for file in attached
        ]
        desk.reply(
            actor=actor,
            ticket=case.ticket,
            text=flowing(text),
            seen=case.last_seen(),
            then=then,
            upload_ids=[upload.pk for upload in uploads],
        )
        _deliver(case.ticket, fails)

    return step


def note(by: str, text: str) -> Step:
    return lambda case: desk.add_note(actor=person(by), ticket=case.ticket, text=flowing(text))


def take(by: str) -> Step:
    return lambda case: desk.take(actor=person(by), ticket=case.ticket)


def assign(by: str, to: str) -> Step:
    return lambda case: desk.assign(actor=person(by), ticket=case.ticket, assignee=person(to))


def group(by: str, to: str) -> Step:
    return lambda case: desk.set_group(
        actor=person(by), ticket=case.ticket, group=Group.objects.get(name=to)
    )


def priority(by: str, value: str) -> Step:
    return lambda case: desk.set_priority(actor=person(by), ticket=case.ticket, priority=value)


def tags(by: str, *values: str) -> Step:
    return lambda case: desk.set_tags(actor=person(by), ticket=case.ticket, tags=values)


def hold(by: str, days: int, reason: str) -> Step:
    """Until so many days from today, so that it is still on hold when the demo is looked at."""

    def step(case: Case) -> None:
        until = clock.now() + timedelta(days=days_before(case.story) + days)
        desk.hold(actor=person(by), ticket=case.ticket, until=until, reason=reason)

    return step


def solve(by: str) -> Step:
    return lambda case: desk.solve(actor=person(by), ticket=case.ticket, seen=case.last_seen())


def close(by: str) -> Step:
    return lambda case: desk.close(actor=person(by), ticket=case.ticket, seen=case.last_seen())


def flowing(text: str) -> str:
    """Lines that were only broken to fit the width of our source, joined again."""
    whole, before = "", ""
    for line in text.strip().splitlines():
        begins = not line or line.startswith(("- ", "> ")) or line[0].isdigit()
        joint = "\n" if begins or len(before) < WIDTH else " "
        whole, before = f"{whole}{joint}{line}", line
    return whole.strip()


def person(email: str) -> Person:
    return Person.objects.get(email=email)


def _written(case: Case, text: str, files: tuple[File, ...], *, is_answer: bool = False) -> Written:
    story = case.story
    return Written(
        sender=story.sender,
        name=company.REQUESTERS[story.sender],
        to=story.mailbox,
        subject=f"Re: [#{case.ticket.pk}] {story.subject}" if is_answer else story.subject,
        text=text,
        at=clock.now().replace(microsecond=0),
        files=files,
        cc=story.cc,
        answers=find_references(case.ticket) if is_answer else (),
        is_automatic=story.is_automatic,
    )


def _receive(case: Case, raw: bytes, mailbox: str = "") -> None:
    """By the mailbox of the story, as if the listener had it, then what our answer became."""
    door = Door.objects.get(channel="email", address=mailbox or case.story.mailbox)
    sender = "" if case.story.is_automatic else case.story.sender
    handed = Handed(
        door,
        raw,
        key=f"{PREFIX}{hashlib.sha256(raw).hexdigest()}",
        envelope={"from": sender, "to": [door.address]},
    )
    arrival = receive_demo(letter=handed, trouble=case.story.trouble)
    case.arrivals.append(arrival)
    if arrival.ticket is not None:
        _deliver(arrival.ticket)


def _deliver(ticket: Ticket, fails: str = "") -> None:
    """What became of the letters that wait; none of them leaves the house."""
    with clock.as_of(clock.now() + timedelta(seconds=2)):
        for delivery in Delivery.objects.due(clock.now()).filter(ticket_id=ticket.pk):
            outbox.claim(delivery=delivery)
            if fails:
                failure = DeliveryFailed(fails, permanent=True)
                outbox.note_failure(delivery=delivery, failure=failure)
            else:
                outbox.note_accepted(delivery=delivery, answer=KEPT)
