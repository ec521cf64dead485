"""What the ticket pages post. Forms make values of text; whether it may be done, actions decide."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from opora.desk.models import Ticket, Upload
from opora.doors import selectors as doors
from opora.people import selectors as people

_BETWEEN = re.compile(r"[,;\s]+")


class Addresses(forms.CharField):
    """Addresses with commas between them; clean gives a list, in lower case, each once."""

    def clean(self, value: Any) -> list[str]:
        addresses = [part for part in _BETWEEN.split((super().clean(value) or "").lower()) if part]
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                said = _("%(address)s is no mail address.") % {"address": address}
                raise ValidationError(said) from None
        return list(dict.fromkeys(addresses))


class ReplyForm(forms.Form):
    uploads: Sequence[Upload] = ()  # files that are already here, when the text comes back

    kind = forms.ChoiceField(choices=[("reply", ""), ("note", "")])
    then = forms.ChoiceField(choices=[("stay", ""), ("wait", ""), ("solve", "")], required=False)
    seen = forms.IntegerField(required=False)
    text = forms.CharField(required=False, strip=False)
    cc = Addresses(required=False)


class MoveForm(forms.Form):
    MOVES = ("take", "wait", "hold", "solve", "close", "reopen")

    move = forms.ChoiceField(choices=[(move, "") for move in MOVES])
    seen = forms.IntegerField(required=False)
    until = forms.DateField(required=False)
    reason = forms.CharField(required=False)

    def clean_until(self) -> datetime | None:
        """The day begins where the person is."""
        day = self.cleaned_data["until"]
        return make_aware(datetime.combine(day, time.min)) if day else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("move") == "hold" and not cleaned.get("until"):
            raise ValidationError(_("Choose the day on which the ticket goes back to work."))
        return cleaned


class ChangeForm(forms.Form):
    """One or all of the properties; each stands beside `was-<name>`, what the page showed."""

    subject = forms.CharField(required=False)
    priority = forms.ChoiceField(choices=Ticket.Priority.choices, required=False)
    group = forms.ModelChoiceField(people.groups(), required=False)
    assignee = forms.ModelChoiceField(people.agents(), required=False)
    tags = forms.CharField(required=False)
    requester = forms.EmailField(error_messages={"required": gettext_lazy("Whose ticket is it?")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requester"].required = "requester" in self.data

    @property
    def changed(self) -> list[str]:
        """What the person changed, and not what somebody else did while the page was open."""
        return [
            name
            for name in self.fields
            if name in self.data and self.data[name] != self.data.get(f"was-{name}")
        ]


class NewTicketForm(forms.Form):
    mailbox = forms.ModelChoiceField(
        doors.mailboxes(), label=gettext_lazy("Mailbox"), empty_label=None, required=False
    )
    requester = forms.EmailField(label=gettext_lazy("Requester's address"))
    requester_name = forms.CharField(
        label=gettext_lazy("Requester's name"), max_length=200, required=False
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300)
    text = forms.CharField(
        label=gettext_lazy("What they asked"), widget=forms.Textarea(attrs={"rows": 8})
    )
    group = forms.ModelChoiceField(
        people.groups(), label=gettext_lazy("Group"), empty_label="—", required=False
    )
    assignee = forms.ModelChoiceField(
        people.agents(), label=gettext_lazy("Assignee"), empty_label="—", required=False
    )
    priority = forms.ChoiceField(
        label=pgettext_lazy("field", "Priority"),
        choices=Ticket.Priority.choices,
        initial=Ticket.Priority.NORMAL,
    )
    sends_receipt = forms.BooleanField(
        label=gettext_lazy("Send the requester a receipt with the number"),
        required=False,
        initial=True,
    )


def sentence_of(form: forms.Form) -> str:
    """The errors of a form that has no place to show them."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
