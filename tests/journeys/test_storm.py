"""Letters, answers and kills at once; `make bench` blows longer."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browserless import set_up, signed_in
from tests.far_server import far_server
from tests.running import running
from tests.storm import TARGETS, Storm

MAILBOXES = ("support@demo.example", "support1@demo.example", "support2@demo.example")


def test_a_storm_of_kills_loses_no_letter_and_no_answer() -> None:
    with (
        TemporaryDirectory(prefix="opora-storm-") as folder,
        far_server() as far,
        running(Path(folder) / "home") as opora,
    ):
        Path(folder).chmod(0o711)
        set_up(opora, far.port, *MAILBOXES)
        agent = signed_in(opora, "ada@demo.example")
        storm = Storm(opora, far, letters=40, kills=2 * len(TARGETS), agent=agent)
        storm.blow()
        storm.wait_calm()
        storm.answer_all()
        storm.wait_calm()
        storm.check()
        assert all(storm.killed[name] for name in TARGETS)
