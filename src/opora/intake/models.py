from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opora.desk.models import Ticket
from opora.doors.models import Door
from opora.files.models import Blob, Erasure


class Arrivals(models.QuerySet["Arrival"]):
    def due(self, now: datetime) -> "Arrivals":
        return self.filter(outcome=Arrival.Outcome.RECEIVED, due_at__lte=now)


class Arrival(models.Model):
    """One row of the journal: what came, by which door, and what became of it."""

    class Outcome(models.TextChoices):
        RECEIVED = "received", _("received")
        OPENED = "opened", _("opened a ticket")
        JOINED = "joined", _("joined a ticket")
        SET_ASIDE = "set_aside", _("set aside")
        FAILED = "failed", _("waits for a human")
        ERASED = "erased", _("erased")

    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=400)  # what the far side calls it, else the bytes' hash
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the bytes as they came
    size = models.PositiveBigIntegerField()
    envelope = models.JSONField(default=dict)  # {"from": …, "to": […], "peer": …}, where known
    times = models.PositiveIntegerField(default=1)  # how often it was handed to us
    is_silent = models.BooleanField(default=False)  # an import: no receipt, no reopening
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()  # when it may be taken up (again)
    claimed_by = models.IntegerField(null=True)  # the session at work on it: jobs/selectors.py
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RECEIVED)
    reason = models.CharField(max_length=400, blank=True)  # English, translated where shown
    error = models.TextField(blank=True)
    steps = models.JSONField(default=list)  # what each question of the sieve answered
    settled_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="+")
    # As far as it was read; for the journal's page and for finding twins.
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    message_id = models.CharField(max_length=998, blank=True)

    objects = Arrivals.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door", "key"], name="arrives_once"),
            # The books balance by construction: a ticket stands exactly where the outcome says so.
            models.CheckConstraint(
                condition=Q(outcome__in=["opened", "joined"], ticket__isnull=False)
                | Q(outcome__in=["received", "set_aside", "failed"], ticket__isnull=True)
                | Q(outcome="erased"),
                name="outcome_and_ticket_agree",
            ),
            models.CheckConstraint(
                condition=Q(outcome="erased", erasure__isnull=False, blob__isnull=True)
                | (~Q(outcome="erased") & Q(erasure__isnull=True, blob__isnull=False)),
                name="bytes_or_an_act",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(outcome="received"), name="arrival_due"),
            models.Index(fields=["outcome", "-id"], name="arrival_outcome"),
            models.Index(fields=["received_at"], name="arrival_received"),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="arrival_message_id"
            ),
            models.Index(fields=["ticket"], name="arrival_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.door_id}: {self.key}"


class Reading(models.Model):
    """What a letter was understood to say, for export and for those who ask why."""

    arrival = models.OneToOneField(
        Arrival, on_delete=models.CASCADE, primary_key=True, related_name="reading"
    )
    letter = models.JSONField()  # the fields of `opora journal list --json` that reading gives

    def __str__(self) -> str:
        return f"of {self.arrival_id}"
