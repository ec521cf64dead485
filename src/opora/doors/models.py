from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opora.lib.addresses import entry, wire
from opora.people.models import Group, Person


class Language(models.TextChoices):
    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")


class Service(models.Model):
    """The one row of what the administrator sets for the whole service."""

    name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.RUSSIAN)
    time_zone = models.CharField(max_length=50, default="UTC")
    # A word to a closed ticket within the grace period reopens it; later it opens a linked one.
    grace_days = models.PositiveSmallIntegerField(default=7)
    # A solved ticket is closed after this long without a word.
    closing_days = models.PositiveSmallIntegerField(default=3)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_service")]

    def __str__(self) -> str:
        return self.name


class OutgoingServer(models.Model):
    """An SMTP server that takes what we send: a mailbox's own, or the common one."""

    class Security(models.TextChoices):
        NONE = "none", _("none")
        STARTTLS = "starttls", _("STARTTLS")
        TLS = "tls", _("TLS from the start")

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    username = models.CharField(max_length=255, blank=True)
    password_sealed = models.TextField(blank=True)  # see opora.lib.seal
    is_common = models.BooleanField(default=False)  # for every mailbox without its own

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_common"], condition=Q(is_common=True), name="one_common_server"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A face of the service: what requesters know it by."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Door(models.Model):
    """A mailbox is the door of the channel "email"."""

    channel = models.CharField(max_length=20, default="email")
    address = models.CharField(max_length=320)  # see lib.addresses.readable
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    signature = models.TextField(blank=True)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.RUSSIAN)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True)
    agent = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    server = models.ForeignKey(OutgoingServer, on_delete=models.PROTECT, null=True, blank=True)
    # Some mail providers do not deliver name+anything@domain: then Reply-To is the plain address.
    plus_addresses = models.BooleanField(default=True)
    sends_receipts = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="one_door_an_address")
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def sender(self) -> str:
        """What stands under From."""
        return entry(self.sender_name, self.address)

    @property
    def domain(self) -> str:
        """In ASCII, as a Message-ID needs it."""
        return wire(self.address).rpartition("@")[2]
