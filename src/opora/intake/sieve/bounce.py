from django.utils.translation import gettext_noop as _

from opora.intake.types import Facts, Letter, Verdict


def ask(letter: Letter, facts: Facts) -> Verdict | None:
    if not letter.is_bounce:
        return None
    if letter.dsn and all(dsn.action in ("delayed", "relayed") for dsn in letter.dsn):
        return Verdict("set_aside", _("a letter of ours is delayed; it is still being tried"))
    if letter.dsn and all(dsn.action == "delivered" for dsn in letter.dsn):
        return Verdict("set_aside", _("a letter of ours was delivered"))
    if facts.bounced_delivery_id is None:
        return Verdict("set_aside", _("something came back that we did not send"))
    if facts.thread_id is None:
        return Verdict("set_aside", _("a letter of ours that belongs to no ticket came back"))
    return Verdict("joined", _("our letter came back"))
