from django.db import models


class Blob(models.Model):
    """Bytes that stand on the disk. Rows that point here are its references."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.sha256


class Erasure(models.Model):
    """The act by which a reference lost its bytes: who, why, when, and what they were."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    actor_id = models.BigIntegerField()  # plain id: files stand below people
    reason = models.CharField(max_length=400)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256}: {self.reason}"
