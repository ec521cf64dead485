"""Reasons that are stored in English, in the words of the reader; outcomes and states as badges."""

from django import template
from django.utils.translation import gettext, pgettext_lazy

from opora.outbox import rules
from opora.outbox.models import Delivery

register = template.Library()

TONES = {"opened": "green", "joined": "accent", "failed": "red", "received": "blue"}
SIGNS = {
    "opened": "plus",
    "joined": "corner-down-right",
    "set_aside": "filter-x",
    "failed": "hand",
    "received": "hourglass",
    "erased": "trash-2",
}
STATE_TONES = {"accepted": "green", "bounced": "red", "failed": "red", "deferred": "amber"}
STATE_SIGNS = {
    "accepted": "check-check",
    "bounced": "undo-2",
    "failed": "circle-alert",
    "deferred": "clock",
    "sending": "send",
    "queued": "clock",
}
HELD_FOR = {
    rules.HELD_ADDRESS: pgettext_lazy("held", "five receipts an hour to one address are enough"),
    rules.HELD_MAILBOX: pgettext_lazy("held", "the mailbox has sent its 200 receipts of the hour"),
    rules.HELD_TURN: pgettext_lazy("held", "waits its turn: receipts leave a few at a time"),
    rules.HELD_NO_SERVER: pgettext_lazy("held", "no server to send by is set up yet"),
    rules.HELD_BREAKER: pgettext_lazy(
        "held", "500 automatic letters within an hour: stopped, an administrator was called"
    ),
}


@register.filter
def in_words(reason: str) -> str:
    """A reason of the journal, marked by gettext_noop where it is given."""
    return gettext(reason) if reason else ""


@register.filter
def outcome_tone(outcome: str) -> str:
    return TONES.get(outcome, "")


@register.filter
def outcome_icon(outcome: str) -> str:
    return SIGNS[outcome]


@register.filter
def state_tone(delivery: Delivery) -> str:
    return STATE_TONES.get(delivery.state, "")


@register.filter
def state_icon(delivery: Delivery) -> str:
    return STATE_SIGNS[delivery.state]


@register.filter
def held_reason(delivery: Delivery) -> str:
    return str(HELD_FOR.get(delivery.held_for, delivery.held_for))
