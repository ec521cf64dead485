"""The saved lists beside a list of tickets, and the cursors that page through it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from opora.desk.models import Ticket
from opora.desk.selectors import LIST_ROWS


@dataclass(frozen=True)
class SavedList:
    key: str
    name: str | Promise
    icon: str
    is_inner: bool = False
    is_alert: bool = False
    is_counted: bool = True
    count: int | None = None


SAVED = {
    saved.key: saved
    for saved in (
        SavedList("mine", pgettext_lazy("list", "Mine"), "user"),
        SavedList("unassigned", pgettext_lazy("list", "Not assigned"), "circle-dashed"),
        SavedList("trouble", pgettext_lazy("list", "Needs a look"), "mail-warning", is_alert=True),
        SavedList("open", pgettext_lazy("list", "All open"), "inbox"),
        SavedList("solved", pgettext_lazy("list", "Solved"), "circle-check"),
        SavedList("closed", pgettext_lazy("list", "Closed"), "check-check", is_counted=False),
        SavedList("all", pgettext_lazy("list", "All"), "list", is_counted=False),
    )
}


def saved_list(key: str) -> SavedList:
    try:
        return SAVED[key]
    except KeyError:
        raise Http404(key) from None


def counted_keys() -> list[str]:
    return [saved.key for saved in SAVED.values() if saved.is_counted]


def with_counts(counts: Mapping[str, int]) -> list[SavedList]:
    """All lists in their order; one that alarms is there only while it has something."""
    counted = [replace(saved, count=counts.get(saved.key)) for saved in SAVED.values()]
    return [saved for saved in counted if saved.count or not saved.is_alert]


def cursor_of(ticket: Ticket) -> str:
    return f"{ticket.changed_at.isoformat()}_{ticket.pk}"


def after_of(cursor: str) -> tuple[datetime, int] | None:
    """The moment and number a cursor stands for; raises Http404 for one that we did not make."""
    if not cursor:
        return None
    moment, _, number = cursor.rpartition("_")
    try:
        return moment_of(moment), int(number)
    except ValueError:
        raise Http404(cursor) from None


def moment_of(text: str) -> datetime:
    """Raises Http404 for what is no moment with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Http404(text) from None
    if moment.tzinfo is None:
        raise Http404(text)
    return moment


def cut(found: list[Ticket]) -> tuple[list[Ticket], str]:
    """The rows of a page, and the cursor after them: empty when nothing follows."""
    rows = found[:LIST_ROWS]
    return rows, cursor_of(rows[-1]) if len(found) > LIST_ROWS else ""
