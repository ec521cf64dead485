"""Why a letter did not arrive, in words: mail servers say it by a code of RFC 3463."""

import re

from django import template
from django.utils.translation import gettext, pgettext_lazy

register = template.Library()

CODE = re.compile(r"(?<![\d.])[45]\.(\d{1,3}\.\d{1,3})(?!\.?\d)")
WORDS = {
    "1.1": pgettext_lazy("failure", "there is no such mailbox"),
    "1.2": pgettext_lazy("failure", "there is no such domain"),
    "1.10": pgettext_lazy("failure", "the domain takes no mail"),
    "2.1": pgettext_lazy("failure", "the mailbox is switched off"),
    "2.2": pgettext_lazy("failure", "the mailbox is full"),
    "2.3": pgettext_lazy("failure", "the letter is too large"),
    "3.4": pgettext_lazy("failure", "the letter is too large"),
    "4.1": pgettext_lazy("failure", "their server does not answer"),
    "4.4": pgettext_lazy("failure", "their server cannot be found"),
    "4.7": pgettext_lazy("failure", "their server took too long"),
}
REFUSED = pgettext_lazy("failure", "their server's rules refuse it")  # all of x.7.x


@register.filter
def plainly(said: str) -> str:
    """`The mailbox is full (5.2.2 …)`: what the code means, before what the server said."""
    word = reason_of(said)
    return f"{word} ({said})" if word else said


@register.filter
def briefly(trouble: str) -> str:
    """A ticket's trouble in one line: the reason without the words of their server."""
    word = reason_of(trouble)
    return gettext("Not delivered: %(reason)s") % {"reason": word} if word else trouble


def reason_of(said: str) -> str:
    """What the code in it means; empty when it has none that we know."""
    code = CODE.search(said)
    if code is None:
        return ""
    word = REFUSED if code[1].startswith("7.") else WORDS.get(code[1])
    return str(word or "")
