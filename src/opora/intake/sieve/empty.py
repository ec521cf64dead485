from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    if letter.subject.strip() or letter.text.strip() or letter.attachments or letter.html:
        return None
    return Verdict("set_aside", _("nothing in it"))
