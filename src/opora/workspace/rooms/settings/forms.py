import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opora.doors.models import Language
from opora.people.models import Company, Group, Membership, Person

DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+", re.IGNORECASE)
LANGUAGES = [("", _("not set")), *Language.choices]
ROLES = [choice for choice in Person.Role.choices if choice[0] != Person.Role.REQUESTER]


def zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name]


class ServiceForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("Requesters see it in letters.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    grace_days = forms.IntegerField(
        label=_("Grace period, days"),
        min_value=0,
        max_value=365,
        help_text=_(
            "A word to a closed ticket within this time reopens it; later it opens a new one."
        ),
    )
    closing_days = forms.IntegerField(
        label=_("Closing delay, days"),
        min_value=0,
        max_value=365,
        help_text=_("A solved ticket is closed after this time without a word."),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["time_zone"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("UTC", "UTC"), *zones()]


class GroupsForm(forms.Form):
    """Groups as ticks: those a person works in, and those they may only look into."""

    works = forms.MultipleChoiceField(
        label=_("Works in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    looks = forms.MultipleChoiceField(
        label=_("May only look into"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, groups: Iterable[Group], **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [(str(group.pk), group.name) for group in groups]
        for name in ("works", "looks"):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices
            if not choices:
                del self.fields[name]

    def ids(self, name: str) -> set[int]:
        return {int(value) for value in self.cleaned_data.get(name, [])}


class AgentForm(GroupsForm):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = forms.EmailField(label=_("Address"), max_length=320)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLES,
        help_text=_("A lead sees the whole journal; an administrator sees and sets everything."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    is_active = forms.BooleanField(
        label=_("Works here"),
        required=False,
        help_text=_("Without it there is no way in, and no open session stays."),
    )
    field_order = ["name", "email", "role", "language", "works", "looks", "is_active"]

    @classmethod
    def of(
        cls, person: Person, data: Mapping[str, Any] | None, groups: Iterable[Group]
    ) -> "AgentForm":
        memberships = list(Membership.objects.filter(person=person))
        form = cls(
            data,
            groups=groups,
            initial={
                "name": person.name,
                "role": person.role,
                "language": person.language,
                "is_active": person.is_active,
                "works": [str(m.group_id) for m in memberships if not m.is_observer],
                "looks": [str(m.group_id) for m in memberships if m.is_observer],
            },
        )
        del form.fields["email"]  # it is who they are
        return form

    @classmethod
    def new(cls, data: Mapping[str, Any] | None, groups: Iterable[Group]) -> "AgentForm":
        form = cls(data, groups=groups, initial={"role": Person.Role.AGENT})
        del form.fields["is_active"]
        return form


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Without it no ticket can be given to it.")
    )


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    domains = forms.CharField(
        label=_("Domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, like example.org. Who writes from there belongs to the company."),
    )

    @classmethod
    def of(cls, company: Company | None, data: Mapping[str, Any] | None) -> "CompanyForm":
        if company is None:
            return cls(data)
        domains = company.domains.order_by("domain").values_list("domain", flat=True)
        return cls(data, initial={"name": company.name, "domains": "\n".join(domains)})

    def clean_domains(self) -> list[str]:
        found = str(self.cleaned_data["domains"]).lower().replace(",", " ").split()
        domains = sorted({_ascii(word.lstrip("@").rstrip(".")) for word in found})
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise forms.ValidationError(_now("“%(word)s” is no domain.") % {"word": domain})
        return domains


def _ascii(domain: str) -> str:
    """As it stands in addresses: кедр.рф is xn--d1abo0a.xn--p1ai."""
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
