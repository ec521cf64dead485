from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    # One of our own mailboxes as the sender: answering it would be answering ourselves.
    return Verdict("set_aside", _("it comes from a mailbox of ours")) if facts.is_loop else None
