from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    # RFC 3834: answering an automatic reply is how two robots start to talk.
    return Verdict("set_aside", _("automatic reply")) if letter.is_auto_reply else None
