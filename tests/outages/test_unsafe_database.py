"""A database that would lose at a power cut what it has confirmed: doctor does not let it pass."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from opora.cli.postgres import FAST, Cluster
from tests.outages.conftest import House
from tests.running import opora


@pytest.fixture
def careless() -> Iterator[str]:
    """The address of a foreign server that was tuned for speed."""
    with tempfile.TemporaryDirectory(prefix="opora-pg-") as folder, tempfile.TemporaryFile() as log:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder), durable=False, log=log)
        cluster.prepare()
        server = cluster.start()
        try:
            cluster.wait_ready(server)
            yield cluster.url
        finally:
            cluster.stop(server, patience=5)


def test_doctor_refuses_it_and_says_what_to_set(careless: str, tmp_path: Path) -> None:
    environ = os.environ | {"OPORA_HOME": str(tmp_path), "DATABASE_URL": careless}
    done = subprocess.run(opora("doctor"), env=environ, capture_output=True, check=False)
    said = done.stdout.decode()
    assert done.returncode == 1
    assert [name for name in FAST if f"set {name} = on" in said] == list(FAST), said


@pytest.mark.parametrize("value", ["off", "on"])
def test_one_setting_of_this_database_alone_is_found_too(house: House, value: str) -> None:
    with house.opora.database() as database:
        database.execute(f"ALTER DATABASE opora SET synchronous_commit = {value}".encode())
    done = house.opora.opora("doctor")
    said = done.stdout.decode()
    assert ("set synchronous_commit = on" in said) == (value == "off"), said
    assert ("ok      durability" in said) == (value == "on"), said
    assert done.returncode == 1 or value == "on"
