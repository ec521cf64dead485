from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Q, QuerySet

from opora.files.models import Blob


def referred() -> QuerySet[Blob]:
    """Every blob that some row of any app points to."""
    return Blob.objects.filter(_is_referred())


def orphans(before: datetime) -> QuerySet[Blob]:
    """Those that nothing points to, and that were last stored before a moment."""
    return Blob.objects.filter(~_is_referred(), stored_at__lt=before)


def references_to(blob: Blob) -> Iterator[tuple[str, int]]:
    """Name of the model and id of each row that points to it."""
    for rows, field in _references():
        found = rows.filter(**{field: blob}).order_by("pk").values_list("pk", flat=True)
        yield from ((str(rows.model._meta.verbose_name), pk) for pk in found)  # noqa: SLF001


def _is_referred() -> Q:
    pointing = (Q(Exists(rows.filter(**{field: OuterRef("pk")}))) for rows, field in _references())
    return reduce(or_, pointing)


def _references() -> Iterator[tuple[QuerySet[Model], str]]:
    """Every table that points here, hidden or not (related_name="+"), and its field."""
    for field in Blob._meta.get_fields(include_hidden=True):  # noqa: SLF001  Django's public _meta
        if isinstance(field, ForeignObjectRel):
            yield field.field.model._default_manager.all(), field.field.name  # noqa: SLF001
