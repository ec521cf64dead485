from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    # A copy of our own answer, come back by a forwarding or a mailbox under Cc.
    return Verdict("set_aside", _("we wrote it ourselves")) if facts.is_ours else None
