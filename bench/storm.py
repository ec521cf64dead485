"""300 letters from a client that repeats, and at least 25 `kill -9`."""

import tempfile
from pathlib import Path

from bench.table import Figure
from tests.browserless import set_up, signed_in
from tests.far_server import far_server
from tests.running import running
from tests.storm import Storm

LETTERS, KILLS = 300, 25
MAILBOXES = ("support@demo.example", "support1@demo.example", "support2@demo.example")


def measure() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="opora-storm-") as folder,
        far_server() as far,
        running(Path(folder) / "home") as opora,
    ):
        Path(folder).chmod(0o711)
        set_up(opora, far.port, *MAILBOXES)
        agent = signed_in(opora, "ada@demo.example")
        storm = Storm(opora, far, LETTERS, KILLS, agent)
        storm.blow()
        storm.wait_calm()
        storm.answer_all()
        storm.wait_calm()
        storm.check()
        twice = len(far.letters) - len(set(far.message_ids()))
        return [
            Figure("letters taken, each one ticket", len(storm.taken), floor=LETTERS),
            Figure("kills", sum(storm.killed.values()), floor=KILLS),
            Figure("tries of the client", storm.tries),
            Figure("sent twice, with the same Message-ID", twice),
        ]
