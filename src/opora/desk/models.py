from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opora.desk import rules
from opora.doors.models import Door
from opora.files.models import Blob, Erasure
from opora.people.models import Company, Group, Person

OPEN = Q(status__in=[rules.NEW, rules.IN_PROGRESS, rules.WAITING, rules.ON_HOLD])


class Ticket(models.Model):
    """A request and what became of it. Its id is its number and is never used again."""

    class Status(models.TextChoices):
        NEW = rules.NEW, _("New")
        IN_PROGRESS = rules.IN_PROGRESS, _("In progress")
        WAITING = rules.WAITING, _("Waiting")
        ON_HOLD = rules.ON_HOLD, _("On hold")
        SOLVED = rules.SOLVED, _("Solved")
        CLOSED = rules.CLOSED, _("Closed")

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    subject = models.CharField(max_length=300)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.NORMAL)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tickets")
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True, blank=True)
    door = models.ForeignKey(Door, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    language = models.CharField(max_length=5)  # what the requester is written to in
    # The ticket this one continues, when its word came too late to reopen it.
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    on_hold_until = models.DateTimeField(null=True, blank=True)
    hold_reason = models.CharField(max_length=200, blank=True)
    has_news = models.BooleanField(default=False)  # the requester wrote and nobody answered yet
    trouble = models.CharField(max_length=400, blank=True)  # why it waits for a human
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change a page shows
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Each list of the workspace reads one of these from its newest end.
            models.Index(
                fields=["group", "-changed_at", "-id"], condition=OPEN, name="ticket_open"
            ),
            models.Index(fields=["-changed_at", "-id"], condition=OPEN, name="ticket_open_all"),
            models.Index(
                fields=["-changed_at", "-id"],
                condition=OPEN & Q(assignee__isnull=True),
                name="ticket_unassigned",
            ),
            models.Index(
                fields=["assignee", "-changed_at", "-id"], condition=OPEN, name="ticket_mine"
            ),
            models.Index(
                fields=["-changed_at", "-id"],
                condition=Q(status=rules.SOLVED),
                name="ticket_solved",
            ),
            models.Index(fields=["-changed_at", "-id"], name="ticket_changed"),
            models.Index(fields=["requester", "-id"], name="ticket_requester"),
            models.Index(fields=["company", "-id"], name="ticket_company"),
            models.Index(
                fields=["-changed_at", "-id"],
                condition=OPEN & ~Q(trouble=""),
                name="ticket_trouble",
            ),
            # What opora.desk.search asks for.
            GinIndex(SearchVector("subject", config="russian"), name="ticket_subject_words"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"


class Participant(models.Model):
    """Who takes part in a ticket's conversation besides its requester."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="takes_part_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.ticket_id}"


class Message(models.Model):
    """One word in a ticket: of the requester's side, of ours, or among ourselves."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("from the requester")
        REPLY = "reply", _("reply")
        NOTE = "note", _("note")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    html = models.TextField(blank=True)  # cleaned; empty: only text
    reply_text = models.TextField(blank=True)  # `text` without quote and signature
    # Their Message-ID or ours: the thread is found again by it.
    reference = models.CharField(max_length=998, blank=True)
    is_proven = models.BooleanField(default=True)  # False: the sender may be forged
    cc = ArrayField(models.CharField(max_length=320), default=list)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_ticket"),
            models.Index(
                fields=["reference"], condition=~Q(reference=""), name="message_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.text[:40]}"


class Attachment(models.Model):
    """A file of a message; without a blob it was erased, and the erasure says by whom and why."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content_id = models.CharField(max_length=255, blank=True)
    is_inline = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(blob__isnull=False) | Q(erasure__isnull=False),
                name="attachment_has_bytes_or_act",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file an agent has put down while writing; becomes an attachment when sent."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=255)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
