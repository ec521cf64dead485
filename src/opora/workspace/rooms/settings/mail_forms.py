from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opora.doors.models import Door, Language, OutgoingServer
from opora.people import selectors as people
from opora.people.models import Group, Person


class MailboxForm(forms.Form):
    address = forms.EmailField(label=_("Address"), max_length=320)
    brand = forms.CharField(
        label=_("Brand"),
        max_length=100,
        required=False,
        help_text=_("The face requesters know: mailboxes of one brand share it."),
    )
    sender_name = forms.CharField(
        label=_("Sender's name"),
        max_length=200,
        required=False,
        help_text=_("Stands before the address in letters that leave."),
    )
    signature = forms.CharField(
        label=_("Signature"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("Of receipts to people whose language is not known."),
    )
    group = forms.ModelChoiceField(
        label=_("New tickets go to the group"),
        queryset=Group.objects.none(),
        required=False,
        empty_label=_("nobody yet"),
    )
    agent = forms.ModelChoiceField(
        label=_("and to the agent"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("nobody yet"),
    )
    server = forms.ModelChoiceField(
        label=_("Outgoing server"),
        queryset=OutgoingServer.objects.none(),
        required=False,
        empty_label=_("the common one"),
    )
    sends_receipts = forms.BooleanField(
        label=_("Send a receipt for each new ticket"), required=False
    )
    plus_addresses = forms.BooleanField(
        label=_("The mail provider delivers name+anything@domain"),
        required=False,
        help_text=_("Then answers find their ticket even when the rest of the letter is lost."),
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Without it letters to it are refused.")
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = {
            "group": people.groups(),
            "agent": people.agents(),
            "server": OutgoingServer.objects.order_by("name"),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows

    @classmethod
    def of(cls, door: Door | None, data: Mapping[str, Any] | None, language: str) -> "MailboxForm":
        if door is None:
            new = {"language": language, "sends_receipts": True, "plus_addresses": True}
            return cls(data, initial=new | {"is_active": True})
        initial = {name: getattr(door, name) for name in cls.base_fields}
        return cls(data, initial=initial | {"brand": door.brand.name if door.brand else ""})

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()


class ServerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    host = forms.CharField(label=_("Host"), max_length=255)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label=_("Encryption"),
        choices=OutgoingServer.Security.choices,
        initial=OutgoingServer.Security.STARTTLS,
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_common = forms.BooleanField(
        label=_("For every mailbox without its own server"), required=False
    )

    @classmethod
    def of(cls, server: OutgoingServer | None, data: Mapping[str, Any] | None) -> "ServerForm":
        if server is None:
            is_first = not OutgoingServer.objects.filter(is_common=True).exists()
            return cls(data, initial={"is_common": is_first})
        shown = [name for name in cls.base_fields if name != "password"]
        form = cls(data, initial={name: getattr(server, name) for name in shown})
        if server.password_sealed:
            form.fields["password"].help_text = _("Empty: the one that is kept.")
        return form
