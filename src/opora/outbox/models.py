from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opora.files.models import Blob


class Deliveries(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "Deliveries":
        """Waiting and its time has come, or taken by a worker whose lease has run out."""
        waiting = Q(state__in=["queued", "deferred"], due_at__lte=now)
        abandoned = Q(state="sending", lease_until__lte=now)
        return self.filter(waiting | abandoned)


class Delivery(models.Model):
    """One message to one recipient, and how far it got."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        ACCEPTED = "accepted", _("accepted")
        DEFERRED = "deferred", _("deferred")
        BOUNCED = "bounced", _("bounced")
        FAILED = "failed", pgettext_lazy("delivery", "failed")

    class Purpose(models.TextChoices):
        ANSWER = "answer", _("answer")
        RECEIPT = "receipt", _("receipt")
        ACCOUNT = "account", _("account letter")
        NOTICE = "notice", _("notice")

    channel = models.CharField(max_length=20, default="email")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    # Plain ids: the outbox stands below the desk and the doors.
    door_id = models.BigIntegerField(null=True)  # which mailbox it leaves by
    ticket_id = models.BigIntegerField(null=True)
    said_id = models.BigIntegerField(null=True)  # the desk's message, when it carries one
    sender = models.CharField(max_length=600)  # From, as it stands in the letter
    recipient = models.CharField(max_length=320)
    to = ArrayField(models.CharField(max_length=600))  # what stands under To and Cc
    cc = ArrayField(models.CharField(max_length=600), default=list)
    reply_to = models.CharField(max_length=600, blank=True)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    # Made with the row, the same on every try: the far side can tell a repetition.
    message_id = models.CharField(max_length=400)
    answers_to = ArrayField(models.CharField(max_length=998), default=list)  # References, in order
    is_automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    # When to try next; empty: held until a human decides, for the reason in `held_for`.
    due_at = models.DateTimeField(null=True, default=None)
    held_for = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    claimed_by = models.IntegerField(null=True)  # the session that sends it: jobs/selectors.py
    tries = models.PositiveSmallIntegerField(default=0)
    perhaps_twice = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    answer = models.CharField(max_length=400, blank=True)  # what the far side said on accepting
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)  # accepted, bounced or failed

    objects = Deliveries.as_manager()

    class Meta:
        constraints = [
            # One letter to several people has one Message-ID.
            models.UniqueConstraint(
                fields=["message_id", "recipient"], name="delivered_once_to_each"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["queued", "sending", "deferred"]),
                name="delivery_unfinished",
            ),
            models.Index(fields=["ticket_id", "id"], name="delivery_ticket"),
            # The limits of automatic mail count what was let out within the hour.
            models.Index(
                fields=["recipient", "due_at"],
                condition=Q(purpose="receipt"),
                name="delivery_receipts_of_one",
            ),
            models.Index(
                fields=["door_id", "due_at"],
                condition=Q(purpose="receipt"),
                name="delivery_receipts_of_door",
            ),
            models.Index(
                fields=["due_at"], condition=Q(is_automatic=True), name="delivery_automatic"
            ),
            models.Index(
                fields=["id"], condition=Q(state="queued", due_at=None), name="delivery_held"
            ),
            models.Index(fields=["message_id"], name="delivery_message_id"),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.recipient}: {self.subject}"


class DeliveryFile(models.Model):
    """A file that goes along."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=255)
    content_id = models.CharField(max_length=255, blank=True)  # inline when set

    def __str__(self) -> str:
        return self.name
