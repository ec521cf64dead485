"""A whole Opora of a test's own: `opora up` in its own home, on free ports, stopped at the end."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import psycopg

from opora.lib import embedded

STARTING = 90  # seconds; a busy machine makes a database slowly


@dataclass
class Running:
    home: Path
    web: int
    mail: int
    process: subprocess.Popen[bytes]
    log: Path
    environ: dict[str, str] = field(repr=False, default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web}"

    def opora(self, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run one command in this home and return how it went."""
        return subprocess.run(
            opora(*words), env=self.environ, input=given, capture_output=True, check=False
        )

    def send(self, letter: EmailMessage | bytes, to: str = "support@demo.example") -> None:
        """By SMTP, as a stranger's server does; raises what smtplib raises."""
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        with smtplib.SMTP("127.0.0.1", self.mail, timeout=30) as client:
            client.sendmail("alice@romashka.example", [to], raw)

    def database(self) -> psycopg.Connection:
        return psycopg.connect(embedded.address_file(self.home).read_text(), autocommit=True)

    def children(self) -> dict[str, int]:
        """Pids of the direct children by what they are."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {_name_of(int(pid)): int(pid) for pid in pids.split()}

    def stop(self) -> float:
        """Ask it to end; how many seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - begun


@contextmanager
def running(home: Path, **settings: str) -> Iterator[Running]:
    """`settings` are environment variables beside OPORA_HOME and the two ports."""
    web, mail = free_port(), free_port()
    environ = os.environ | {
        "OPORA_HOME": str(home),
        "OPORA_WEB": f"127.0.0.1:{web}",
        "OPORA_MAIL": f"127.0.0.1:{mail}",
        **settings,
    }
    environ.pop("DATABASE_URL", None)
    log = home.with_name(f"{home.name}.log")
    found = Running(home, web, mail, start(environ, log), log, environ)
    try:
        wait_open(found)
        yield found
    finally:
        if found.process.poll() is None:
            found.stop()


def start(environ: dict[str, str], log: Path, *words: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(opora("up", *words), env=environ, stdout=output, stderr=output)


def wait_open(found: Running) -> None:
    def is_open() -> bool:
        if found.process.poll() is not None:
            raise RuntimeError(found.log.read_text())
        return b"Opora is open at" in found.log.read_bytes()

    if not eventually(is_open, STARTING):
        raise RuntimeError(found.log.read_text())


def opora(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "opora.cli", *words]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def eventually(happens: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether it happens within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if happens():
            return True
        time.sleep(0.05)
    return happens()


def a_letter(subject: str = "Printer is on fire", text: str = "It smokes.", **heads: str) -> bytes:
    letter = EmailMessage()
    letter["From"] = heads.pop("sender", "Alice <alice@romashka.example>")
    letter["To"] = heads.pop("to", "support@demo.example")
    letter["Subject"] = subject
    letter["Message-ID"] = heads.pop("message_id", f"<{time.time_ns()}@romashka.example>")
    for name, value in heads.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()


def _name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return words[-2].decode() if b"opora.cli" in words else Path(words[0].decode()).name
