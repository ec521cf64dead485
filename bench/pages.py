"""The list and a ticket's page over HTTP, at 10,000 and at 100,000 tickets; and memory."""

import statistics
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

from bench import rows
from bench.house import House, house
from bench.letters import maildir
from bench.memory import pss_of
from bench.table import Figure
from tests.running import eventually, free_port

ASKED = 50
LETTERS = 1000
WARM = 3  # rounds before: eight connections to the database learn the tables one by one
SIZES = (10_000, 100_000)


def measure() -> list[Figure]:
    port, mail = free_port(), free_port()
    names = {"OPORA_WEB": f"127.0.0.1:{port}", "OPORA_MAIL": f"127.0.0.1:{mail}"}
    with house(**names) as here:
        small, *_ = _measured(here, port, SIZES[0])
        large, idle, busy = _measured(here, port, SIZES[1])
        return [
            *_compared(small, large),
            *_statements(),
            Figure("memory of the tree at rest, MB PSS", idle, ceiling=600),
            Figure("memory of the tree after pages and 1,000 letters, MB PSS", busy, ceiling=600),
        ]


def _measured(here: House, port: int, size: int) -> tuple[dict[str, list[float]], float, float]:
    """Times, and memory before and after. The parts start when the rows are there.

    Else the live stream would tell of a hundred thousand tickets while pages are asked for.
    """
    rows.fill(size)
    with here.part("web") as web, here.part("worker") as worker, here.part("mail") as listener:
        _wait_for(port)
        idle = pss_of(here.home, web, worker, listener)
        times = _times(port)
        _take_letters(here)
        return times, idle, pss_of(here.home, web, worker, listener)


def _take_letters(here: House) -> None:
    """As many as in `bench intake`, with everything running."""
    from opora.intake.models import Arrival

    with tempfile.TemporaryDirectory(dir=here.home.parent) as folder:
        run = f"pages{Arrival.objects.count()}"
        box = maildir(Path(folder) / "box", LETTERS, run)
        here.opora("intake", "--maildir", str(box), "--live")
    waiting = Arrival.objects.filter(outcome="received")
    if not eventually(lambda: not waiting.exists(), 300):
        raise RuntimeError("the letters are not settled")


def _compared(small: dict[str, list[float]], large: dict[str, list[float]]) -> list[Figure]:
    figures = []
    for name in small:
        p50 = [statistics.median(times[name]) for times in (small, large)]
        p95 = [statistics.quantiles(times[name], n=20)[-1] for times in (small, large)]
        figures += [
            Figure(f"{name}, p50 ms at {SIZES[0]:,}", p50[0]),
            Figure(f"{name}, p50 ms at {SIZES[1]:,}", p50[1]),
            Figure(f"{name}, growth of p50", p50[1] / p50[0], ceiling=1.3),
            Figure(f"{name}, p95 ms at {SIZES[1]:,}", p95[1], ceiling=60),
        ]
    return figures


def _times(port: int) -> dict[str, list[float]]:
    """Milliseconds of each answer, an agent's and an administrator's eyes."""
    found = {}
    for who in ("agent0", "ada"):
        session = _session(f"{who}@demo.example")
        for name, paths in _paths().items():
            for _ in range(WARM):
                _ask(port, session, paths)
            found[f"{name} of {who}"] = _ask(port, session, paths)
    return found


def _paths() -> dict[str, list[str]]:
    from opora.desk.models import Ticket
    from opora.people.models import Person

    agent = Person.objects.get(email="agent0@demo.example")
    seen = Ticket.objects.filter(group__people=agent).order_by("-id")
    ids = list(seen.values_list("id", flat=True)[:ASKED])
    return {
        "list of all open": ["/tickets/open/"] * ASKED,
        "list of unassigned": ["/tickets/unassigned/"] * ASKED,
        "ticket page": [f"/tickets/{number}/" for number in ids],
    }


def _ask(port: int, session: str, paths: list[str]) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for path in paths:
        begun = time.monotonic()
        connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
        answer = connection.getresponse()
        body = answer.read()
        times.append(1000 * (time.monotonic() - begun))
        if answer.status != 200 or len(body) < 5000:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()
    return times


def _statements() -> list[Figure]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from opora.people.models import Person

    browser = Client()
    browser.force_login(
        Person.objects.get(email="agent0@demo.example"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    figures = []
    for name, paths in _paths().items():
        with CaptureQueriesContext(connection) as asked:
            browser.get(paths[0])
        figures.append(Figure(f"SQL statements, {name}", len(asked), ceiling=12))
    return figures


def _session(email: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from opora.people.models import Person

    person = Person.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _wait_for(port: int) -> None:
    from opora.cli.ports import is_answering
    from opora.lib.environment import Endpoint

    if not eventually(lambda: is_answering(Endpoint("127.0.0.1", port)), 60):
        raise RuntimeError("the pages do not open")
