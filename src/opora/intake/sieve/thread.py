from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict:
    if facts.thread_id is None:
        return Verdict("opened", _("answers nothing of ours"))
    if not facts.is_thread_proven and not facts.sender_takes_part:
        # Message-IDs leak by forwarding: knowing one must not open another's conversation.
        return Verdict("opened", _("answers a ticket in which the sender takes no part"))
    if facts.is_closed_too_long:
        return Verdict("opened", _("answers a ticket that was closed too long ago"))
    return Verdict("joined", _("answers a ticket of the sender"))
