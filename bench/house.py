"""A home for a benchmark: its database runs, its parts are started when they are wanted."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class House:
    home: Path
    url: str  # of the database

    def start(self, part: str) -> subprocess.Popen[bytes]:
        log = (self.home.parent / f"{part}.log").open("ab")
        return subprocess.Popen(opora(part), stdout=log, stderr=log)

    @contextmanager
    def part(self, name: str) -> Iterator[int]:
        """The pid of a part that runs meanwhile."""
        process = self.start(name)
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)

    def opora(self, *words: str) -> float:
        """Run a command to its end; how many seconds it took."""
        begun = time.monotonic()
        subprocess.run(opora(*words), check=True, capture_output=True)
        return time.monotonic() - begun


@contextmanager
def house(**settings: str) -> Iterator[House]:
    """With a service, a mailbox, three groups and agents; Django is loaded in this process."""
    folder = Path(tempfile.mkdtemp(prefix="opora-bench-"))
    folder.chmod(0o711)
    os.environ |= {"OPORA_HOME": str(folder / "home"), **settings}
    os.environ.pop("DATABASE_URL", None)
    from opora.cli.postgres import running_server
    from opora.lib import environment

    try:
        with running_server(environment.read()) as url:
            subprocess.run(opora("migrate"), check=True, capture_output=True)
            _furnish()
            yield House(folder / "home", url)
    finally:
        shutil.rmtree(folder)


def _furnish() -> None:
    from opora.cli.application import load_django

    load_django()
    from opora.doors import actions as doors
    from opora.people import actions as people

    ada = people.add_agent(actor=None, name="Ada", email="ada@demo.example", role="administrator")
    doors.first_mailbox("support@demo.example")
    for number in range(3):
        group = people.save_group(actor=ada, group=None, name=f"Group {number}")
        agent = people.add_agent(
            actor=ada, name=f"Agent {number}", email=f"agent{number}@demo.example", role="agent"
        )
        people.set_memberships(actor=ada, person=agent, works={group.pk}, looks=set())


def opora(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "opora.cli", *words]
