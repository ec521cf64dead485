from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from opora.doors.first_run import Beginning
from opora.doors.models import Language
from opora.people.models import Person


class EraseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=400, help_text=_("Is kept with the act of erasing.")
    )


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("Address"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class FirstRunForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your own address"),
        max_length=320,
        help_text=_("You sign in with it; it is not the mailbox for requests."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least eight characters, and not only digits that others would try."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    service = forms.CharField(
        label=_("Name of your service"),
        max_length=200,
        help_text=_("Requesters see it in letters: “Northern Service support”."),
    )
    mailbox = forms.EmailField(
        label=_("First mailbox"),
        max_length=320,
        help_text=_("Where requests come, like support@example.org."),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password:
            person = Person(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        if cleaned.get("email") and cleaned.get("email") == cleaned.get("mailbox"):
            self.add_error(
                "mailbox", _("This is your own address: letters to it are not requests.")
            )
        return cleaned

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_mailbox(self) -> str:
        return str(self.cleaned_data["mailbox"]).lower()

    def beginning(self) -> Beginning:
        return Beginning(**self.cleaned_data)
