from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    if facts.twin_id is None:
        return None
    return Verdict("set_aside", _("the same letter came before"))
