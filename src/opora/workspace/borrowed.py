"""Words of allauth and Django on our pages that the Russian of ours says better.

Nobody imports it: it stands here for the extraction, since a word of our own catalog wins.
"""

from django.utils.translation import gettext_noop as _

BORROWED = (
    _("Authenticator code"),
    _("Current Password"),
    _("Email"),
    _("Enter the same password as before, for verification."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("New Password"),
    _("New Password (again)"),
    _("New password confirmation"),
    _("Old password"),
    _("Remember Me"),
    _("The email address and/or password you specified are not correct."),
    _("The two password fields didn’t match."),
    _("This account is currently inactive."),
    _("This password is too common."),
    _("Too many failed login attempts. Try again later."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be too similar to your other personal information."),
)
