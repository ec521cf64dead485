"""Do the parts that should run answer? Nothing of Opora running at all is no fault, but said."""

import http.client
import socket
from collections.abc import Iterator

from opora.channels.email.listener import local
from opora.cli.doctor.finding import Finding, ok, warning, wrong
from opora.cli.ports import is_answering, near
from opora.lib.environment import Environment

PATIENCE = 10.0  # seconds


def look(here: Environment, *, is_up: bool) -> Iterator[Finding]:
    if not (is_up or is_answering(here.web) or is_answering(here.mail)):
        yield warning("parts", "Opora does not run here: mail and pages were not looked at")
        return
    yield _mail(here)
    yield _pipe(here)
    yield _web(here)


def _mail(here: Environment) -> Finding:
    try:
        with socket.create_connection((near(here.mail), here.mail.port), PATIENCE) as link:
            return _greeting("mail", link, str(here.mail))
    except OSError as error:
        return wrong("mail", f"no answer at {here.mail} ({error}): start `opora mail`")


def _pipe(here: Environment) -> Finding:
    """What `opora intake` speaks to."""
    path = local.socket_path(here.run)
    try:
        with local.connect(path, PATIENCE) as link:
            return _greeting("intake", link, str(path))
    except OSError as error:
        return wrong("intake", f"no answer at {path} ({error}): start `opora mail`")


def _web(here: Environment) -> Finding:
    connection = http.client.HTTPConnection(near(here.web), here.web.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return wrong("pages", f"no answer at {here.web} ({error}): start `opora web`")
    finally:
        connection.close()
    if status >= 500:
        return wrong("pages", f"{here.web} answers {status}: read its messages")
    return ok("pages", f"answered at {here.web}")


def _greeting(subject: str, link: socket.socket, name: str) -> Finding:
    said = link.recv(500).decode(errors="replace").strip()
    if said.startswith("220"):
        return ok(subject, f"answers at {name}")
    return wrong(subject, f"{name} says {said!r}: is it ours?")
