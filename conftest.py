"""At the root, because tests stand in two places: beside each app, and in tests/."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from tests.database import private_server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Before the test database is made: DATABASE_URL when set, else a server of our own."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    with private_server() as server:
        django_settings.DATABASES["default"].update(server)
        yield


@pytest.fixture
def other_session() -> Iterator[psycopg.Connection]:
    """A second session of the test's database, for races and outages that are real."""
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters) as other:
        yield other


@pytest.fixture(autouse=True)
def _house_of_this_test(settings: Settings, tmp_path: Path) -> None:
    settings.BLOBS = tmp_path / "blobs"


@pytest.fixture(autouse=True)
def _no_jobs_stay(request: pytest.FixtureRequest) -> Iterator[None]:
    """Procrastinate's tables are not Django's: nobody else empties them after a test's commits."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
