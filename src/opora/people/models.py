from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Company(models.Model):
    """A client. Who writes from one of its domains belongs to it."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CompanyDomain(models.Model):
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=255, unique=True)  # lower case

    def __str__(self) -> str:
        return self.domain


class Group(models.Model):
    """Agents who work on the same tickets."""

    name = models.CharField(max_length=100, unique=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Persons(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who asks or answers; signs in when active and allowed to."""

    class Role(models.TextChoices):
        REQUESTER = "requester", _("requester")
        AGENT = "agent", _("agent")
        LEAD = "lead", _("lead")
        ADMINISTRATOR = "administrator", _("administrator")

    class Theme(models.TextChoices):
        SYSTEM = "", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class Density(models.TextChoices):
        COMFORTABLE = "", _("comfortable")
        COMPACT = "compact", _("compact")

    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, unique=True)  # lower case
    role = models.CharField(max_length=15, choices=Role.choices, default=Role.REQUESTER)
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    groups: "models.ManyToManyField[Group, Membership]" = models.ManyToManyField(
        Group, through="Membership", related_name="people"
    )
    language = models.CharField(max_length=5, blank=True)  # "ru", "en"; empty: not known
    time_zone = models.CharField(max_length=50, blank=True)  # empty: the service's
    theme = models.CharField(max_length=5, blank=True, choices=Theme.choices)
    density = models.CharField(max_length=10, blank=True, choices=Density.choices)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = Persons()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_lower_case"),
        ]
        indexes = [
            models.Index(fields=["role"], condition=~Q(role="requester"), name="person_agents")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_agent(self) -> bool:
        """Works at the desk, in whatever role."""
        return self.is_active and self.role != self.Role.REQUESTER

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == self.Role.ADMINISTRATOR


class Membership(models.Model):
    """Who works in a group, and who may only look."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    is_observer = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="member_of_a_group_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"


class SignInLink(models.Model):
    """A link that signs one person in once. The link itself is known to its reader only."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"for {self.person} until {self.expires_at:%Y-%m-%d %H:%M}"
