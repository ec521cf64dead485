from django.db import models
from django.db.models.expressions import RawSQL

# The id of the writing transaction, as a number that sorts for ever.
CURRENT_TRANSACTION = RawSQL("pg_current_xact_id()::text::bigint", ())


class Event(models.Model):
    # Plain ids, not foreign keys: the trail stands below everything it tells of.
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=20)  # "ticket", "mailbox", "person" …
    about_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)  # null: Opora itself
    cause_id = models.BigIntegerField(null=True)  # the event that led to this one
    depth = models.PositiveSmallIntegerField(default=0)  # how many causes stand behind it
    changes = models.JSONField(default=dict)  # {field: [old, new]}
    at = models.DateTimeField()
    # Ids become visible out of their order; followers read by (xact, id) below the horizon.
    xact = models.BigIntegerField(db_default=CURRENT_TRANSACTION, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["about", "about_id", "id"], name="event_about"),
            models.Index(fields=["xact", "id"], name="event_follow"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} {self.about_id}"


class ReactionDone(models.Model):
    """That a reaction to an event has happened: once, however often its job runs."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    reaction = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "reaction"], name="reaction_happens_once")
        ]

    def __str__(self) -> str:
        return f"{self.reaction} on {self.event_id}"
