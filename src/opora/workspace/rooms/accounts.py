"""Signing in, by password or by a link that works once, and the person's own password."""

from allauth.account.utils import perform_login
from allauth.account.views import login
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from opora.doors import letters
from opora.people import actions, selectors
from opora.people.models import Person
from opora.workspace.request import actor_of
from opora.workspace.rooms import by_link
from opora.workspace.rooms.answers import done
from opora.workspace.rooms.forms import EmailForm


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """On an empty database there is nobody to sign in: every page leads to the first run."""
    if not selectors.administrators().exists():
        return redirect("workspace:first-run")
    page: HttpResponseBase = login(request)
    return page


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Looking does not use it up: scanners of mail look at every link."""
    if request.method != "POST":
        return render(request, "workspace/accounts/link.html")
    person = actions.use_link(token=token)
    if person is None:
        return render(request, "workspace/accounts/link_over.html", status=410)
    logout(request)
    by_link.remember(request, person)
    onward = "/" if person.has_usable_password() else reverse("account_change_password")
    entered: HttpResponseBase = perform_login(request, person, redirect_url=onward)
    return entered


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_mail(request: HttpRequest) -> HttpResponseBase:
    """Sends a link to whoever works here; the answer is the same for everybody else."""
    form = EmailForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "workspace/accounts/by_mail.html", {"form": form}, status=status)
    email = form.cleaned_data["email"].lower()
    limited: HttpResponseBase | None = consume_or_429(request, action="reset_password", key=email)
    if limited is not None:
        return limited
    letters.send_sign_in_link(email=email)
    return render(request, "workspace/accounts/by_mail.html", {"sent_to": email})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    limited: HttpResponseBase | None = None
    if request.method == "POST":
        limited = consume_or_429(request, action="change_password", user=actor)
    if limited is not None:
        return limited
    form = _password_form(request, actor)
    if done(form, lambda: _set_password(actor, form)):
        update_session_auth_hash(request, actor)
        messages.success(request, _("The password is set."))
        return redirect("mfa_index")
    context = {"form": form, "is_first": not actor.has_usable_password()}
    status = 422 if form.is_bound else 200
    return render(request, "workspace/accounts/password.html", context, status=status)


def _password_form(request: HttpRequest, actor: Person) -> "SetPasswordForm[Person]":
    knows_none = by_link.came_by_link(request, actor) or not actor.has_usable_password()
    return (SetPasswordForm if knows_none else PasswordChangeForm)(actor, request.POST or None)


def _set_password(actor: Person, form: "SetPasswordForm[Person]") -> None:
    actions.set_password(person=actor, password=form.cleaned_data["new_password1"])
