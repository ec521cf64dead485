"""Letters, answers and `kill -9` at once: what the promise of losing nothing is held against.

A client repeats each letter until it is taken, as mail servers do; an agent answers each ticket by
the pages, and asks again when the connection broke; meanwhile parts are killed. Short in the tests,
long in the benchmarks.
"""

import os
import random
import signal
import smtplib
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message

from tests.browserless import Browser
from tests.far_server import FarServer
from tests.running import Running, a_letter, eventually, start, wait_open

TARGETS = ("mail", "worker", "web", "postgres", "up")
SETTLING = 240  # seconds until all is quiet after the last kill


@dataclass
class Storm:
    """`letters` in all; `kills`: at least so many, spread over all targets."""

    opora: Running
    far: FarServer
    letters: int
    kills: int
    agent: Browser
    seed: int = 1
    killed: Counter[str] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)  # Message-IDs that got their 250
    tries: int = 0
    _going: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def blow(self) -> None:
        """Run until every letter was taken and every kill made; then wait for calm."""
        self._going.set()
        self.far.before_answer = self._kill_before_answer
        client = threading.Thread(target=self._send_all)
        client.start()
        self._kill_all(client)
        client.join()
        self.far.before_answer = None
        self._going.clear()

    def wait_calm(self) -> None:
        """Until nothing is received and not settled, and nothing waits to leave."""
        assert eventually(lambda: self._count(WAITING) == 0, SETTLING), self.report()

    def answer_all(self) -> None:
        """The agent answers each ticket once, however often the connection breaks."""
        for ticket_id in self._column("SELECT id FROM desk_ticket ORDER BY id"):
            self.agent.answer(ticket_id, f"Answer to {ticket_id}")

    def _send_all(self) -> None:
        for number in range(self.letters):
            sender = f"client{number}@firm{number % 40}.example"
            mark = f"<storm-{number}@firm.example>"
            raw = a_letter(f"Request {number}", "Help. " * 50, sender=sender, message_id=mark)
            self._send(raw, sender, f"support{number % 3 or ''}@demo.example")
            self.taken.append(mark)

    def _send(self, raw: bytes, sender: str, recipient: str) -> None:
        while True:
            self.tries += 1
            with suppress(OSError, smtplib.SMTPException):
                with smtplib.SMTP("127.0.0.1", self.opora.mail, timeout=30) as client:
                    client.sendmail(sender, [recipient], raw)
                return
            time.sleep(0.1)

    def _kill_all(self, client: threading.Thread) -> None:
        chance = random.Random(self.seed)  # noqa: S311  which part dies next
        while client.is_alive() or sum(self.killed.values()) < self.kills:
            time.sleep(chance.uniform(0.3, 1.2))
            least = min(self.killed[name] for name in TARGETS)
            self.kill(chance.choice([name for name in TARGETS if self.killed[name] == least]))
            if sum(self.killed.values()) >= self.kills:
                client.join()
                return

    def kill(self, name: str) -> None:
        with self._lock:
            if name == "up":
                self.opora.process.send_signal(signal.SIGKILL)
                self.opora.process.wait()
                self.opora.log.write_bytes(b"")
                self.opora.process = start(self.opora.environ, self.opora.log)
                wait_open(self.opora)
            elif (pid := self.opora.children().get(name)) is not None:
                if name == "mail":
                    self._wait_for_blob()
                os.kill(pid, signal.SIGKILL)
            else:
                return
            self.killed[name] += 1

    def _wait_for_blob(self) -> None:
        """Kill just after a letter's bytes are on the disk: before it was acknowledged."""
        before = self._blobs()
        eventually(lambda: self._blobs() != before, 2)

    def _blobs(self) -> float:
        return max(path.stat().st_mtime for path in (self.opora.home / "blobs").iterdir())

    def _kill_before_answer(self, letter: Message) -> None:
        """The far side has the whole letter and says nothing yet: now and then we die there."""
        if len(self.far.letters) % 10 == 5 and (pid := self.opora.children().get("worker")):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.killed["worker at DATA"] += 1

    def report(self) -> str:
        return (
            f"killed {dict(self.killed)}, {len(self.taken)} taken in {self.tries} tries;"
            f" {self._count(WAITING)} waiting\n{self.opora.log.read_text()[-3000:]}"
        )

    def check(self) -> None:
        """Every letter exactly one ticket, the books balanced, no answer lost or doubled."""
        marks = self._column("SELECT reference FROM desk_message WHERE kind = 'request'")
        assert Counter(marks) == Counter(self.taken), self.report()
        assert self._count("SELECT count(*) FROM desk_ticket") == self.letters
        assert self.opora.opora("journal", "verify").returncode == 0, self.report()
        sent = self._column("SELECT message_id FROM outbox_delivery WHERE state = 'accepted'")
        assert len(sent) == len(set(sent)) == 2 * self.letters, self.report()
        assert set(self.far.message_ids()) == set(sent), self.report()

    def _count(self, query: str) -> int:
        return int(self._column(query)[0])

    def _column(self, query: str) -> list:  # type: ignore[type-arg]
        found: list = []  # type: ignore[type-arg]

        def ask() -> bool:
            with suppress(Exception), self.opora.database() as database:
                found[:] = [row[0] for row in database.execute(query)]
                return True
            return False

        assert eventually(ask, 60)
        return found


WAITING = """
    SELECT (SELECT count(*) FROM intake_arrival WHERE outcome = 'received')
         + (SELECT count(*) FROM outbox_delivery WHERE state IN ('queued', 'sending', 'deferred'))
"""
