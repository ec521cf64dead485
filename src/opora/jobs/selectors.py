"""Who is at work: a row keeps the database session that claimed it, which ends with its process.

A lease alone would keep a row for minutes after its worker was killed. Where the number was given
to another session since, or a pool in between outlives the worker, the lease still counts. A
session that is lost while its worker lives does no harm: outcomes are written once.
"""

from typing import Any

from django.db.models import Func, IntegerField, QuerySet
from django.db.models.expressions import RawSQL

OUR_SESSION = Func(function="pg_backend_pid", output_field=IntegerField())
_LIVING = RawSQL("SELECT pid FROM pg_stat_activity", [])


def of_the_dead(claimed: "QuerySet[Any]") -> "QuerySet[Any]":
    """Of rows with `claimed_by`, those whose worker is gone."""
    return claimed.filter(claimed_by__isnull=False).exclude(claimed_by__in=_LIVING)
