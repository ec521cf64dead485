"""One whole Opora for all tests of commands here; each leaves it running."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.running import Running, running


@pytest.fixture(scope="session")
def house() -> Iterator[Running]:
    """Two mailboxes, support@ (the first) and sales@demo.example."""
    with TemporaryDirectory(prefix="opora-house-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL of a run as root is another user
        with running(Path(folder) / "home", OPORA_FIRST_MAILBOX="support@demo.example") as found:
            with found.database() as database:
                database.execute(
                    "INSERT INTO doors_door SELECT (jsonb_populate_record(door,"
                    """ '{"id": 1000, "address": "sales@demo.example"}')).*"""
                    " FROM doors_door AS door WHERE address = 'support@demo.example'"
                )
            yield found


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are told their settings by each test."""
    for name in ("DATABASE_URL", "OPORA_HOME", "OPORA_WEB", "OPORA_MAIL"):
        monkeypatch.delenv(name, raising=False)
