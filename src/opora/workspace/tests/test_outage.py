import errno
from http import HTTPStatus

import psycopg
import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from opora.workspace.outage import show_fault


def shown(error: Exception, language: str = "en") -> HttpResponse:
    """What Django shows for an error that rises; no database is there to be asked."""
    try:
        raise error
    except (OSError, OperationalError, KeyError):
        with override(language):
            return show_fault(RequestFactory().get("/tickets/open/"))


def away(cause: psycopg.Error) -> OperationalError:
    error = OperationalError("as Django says it")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("language", "said"), [("en", "does not answer"), ("ru", "сейчас не отвечает")]
)
def test_a_database_that_is_away_is_said_in_plain_words(language: str, said: str) -> None:
    answer = shown(away(psycopg.OperationalError("connection failed")), language)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert said in answer.content.decode()
    assert 'href="/tickets/open/"' in answer.content.decode()


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left"), away(psycopg.errors.DiskFull("full"))]
)
def test_a_full_disk_is_said_as_such(error: Exception) -> None:
    answer = shown(error)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "no room left" in answer.content.decode()


def test_a_bug_of_ours_is_no_outage() -> None:
    assert shown(KeyError("bug")).status_code == HTTPStatus.INTERNAL_SERVER_ERROR
