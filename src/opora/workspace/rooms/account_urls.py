"""Signing in and second factors, under the names that allauth asks for.

No sign-up and no addresses to add: what is not named here does not exist.
"""

from allauth.account.views import account_inactive, logout, reauthenticate
from django.urls import include, path

from opora.workspace.rooms import accounts

urlpatterns = [
    path("login/", accounts.sign_in, name="account_login"),
    path("logout/", logout, name="account_logout"),
    path("inactive/", account_inactive, name="account_inactive"),
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("password/", accounts.password, name="account_change_password"),
    path("security/", include("allauth.mfa.urls")),
]
