"""Pages asked for without a browser: by HTTP, with a session, as fast as a machine can."""

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode

from tests.running import Running

TOKEN = "t" * 32  # of the cookie and the form: what CSRF protection compares


@dataclass
class Answer:
    status: int
    body: str
    location: str


@dataclass
class Browser:
    opora: Running
    session: str
    language: str = "en"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str | int) -> Answer:
        return self._ask("POST", path, {"csrfmiddlewaretoken": TOKEN, **fields})

    def answer(self, ticket_id: int, text: str) -> None:
        """Reply on the ticket's page; when nobody knows whether it was taken, look first."""
        path = f"/tickets/{ticket_id}/"
        while True:
            try:
                page = self.get(path)
                if page.status == 200 and text in page.body:
                    return
                if seen := re.search(r'name="seen" value="(\d+)"', page.body):
                    self.post(
                        f"{path}say/", kind="reply", then="stay", text=text, seen=int(seen[1])
                    )
            except (OSError, HTTPException):
                pass
            time.sleep(0.05)

    def _ask(self, method: str, path: str, fields: dict[str, str | int] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.opora.web, timeout=30)
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept-Language": self.language,
        }
        try:
            body = urlencode(fields) if fields is not None else None
            connection.request(method, path, body=body, headers=headers)
            return _read(connection.getresponse())
        finally:
            connection.close()


def signed_in(opora: Running, email: str) -> Browser:
    """A browser in which this agent is signed in."""
    return Browser(opora, in_django(opora, SESSION, email))


def in_django(opora: Running, code: str, *words: str) -> str:
    """Run code inside this Opora's Django; what it prints. For what no page or command does."""
    program = f"from opora.cli.application import load_django\nload_django()\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=opora.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def set_up(opora: Running, far_port: int, *mailboxes: str) -> None:
    """A service with an administrator, an agent, mailboxes and a server to send by."""
    in_django(opora, SETUP, json.dumps({"port": far_port, "mailboxes": mailboxes}))


SESSION = """
import sys
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from opora.people.models import Person
person = Person.objects.get(email=sys.argv[1])
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create()
print(session.session_key)
"""

SETUP = """
import json, sys
from opora.doors import actions as doors
from opora.doors.models import Door
from opora.people import actions as people
given = json.loads(sys.argv[1])
ada = people.add_agent(actor=None, name="Ada", email="ada@demo.example", role="administrator")
people.add_agent(actor=ada, name="Dana", email="dana@demo.example", role="agent")
for address in given["mailboxes"]:
    doors.first_mailbox(address)
from opora.doors.models import OutgoingServer
OutgoingServer.objects.create(
    name="far", host="127.0.0.1", port=given["port"], security="none", is_common=True
)
"""


def _read(response: HTTPResponse) -> Answer:
    body = response.read().decode()
    return Answer(response.status, body, response.headers.get("Location", ""))
