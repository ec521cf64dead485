from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    return Verdict("set_aside", _("a report about a letter")) if letter.is_feedback else None
