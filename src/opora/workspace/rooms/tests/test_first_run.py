import threading

import pytest
from django.db import close_old_connections, connections
from django.test import Client
from pytest_django import Settings

from opora.doors.first_run import Beginning, begin, first_run_path
from opora.doors.models import Door, Service
from opora.lib import environment
from opora.lib.errors import Refusal
from opora.people.models import Person
from tests import cast

GIVEN = {
    "name": "Ada",
    "email": "ada@example.org",
    "password": "a long enough word",
    "language": "en",
    "service": "Northern Service",
    "mailbox": "Support@example.org",
}


def at_this_machine() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def public(settings: Settings) -> None:
    settings.OPORA = environment.read(
        {"OPORA_WEB": "0.0.0.0:8000", "OPORA_URL": "https://help.example.org"}
    )


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/journal/", "/settings/", "/accounts/login/"])
def test_on_an_empty_database_every_page_leads_to_the_first_run(page: str) -> None:
    answer = at_this_machine().get(page, follow=True)
    assert answer.redirect_chain[-1][0] == "/first-run/"
    assert answer.status_code == 200


@pytest.mark.django_db
def test_it_makes_what_is_needed_and_signs_in() -> None:
    browser = at_this_machine()
    answer = browser.post("/first-run/", GIVEN, follow=True)
    assert answer.redirect_chain == [("/first-run/next/", 302)]
    assert b"support@example.org" in answer.content
    assert Person.objects.get().is_administrator
    assert Service.objects.get().name == "Northern Service"
    assert Door.objects.get().address == "support@example.org"
    assert browser.get("/settings/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "wrong"),
    [("password", "short"), ("email", "no address"), ("mailbox", GIVEN["email"]), ("service", "")],
)
def test_a_wrong_answer_makes_nothing(field: str, wrong: str) -> None:
    answer = at_this_machine().post("/first-run/", GIVEN | {field: wrong})
    assert answer.status_code == 422
    assert b"aria-invalid" in answer.content
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_it_is_gone_once_there_is_an_administrator() -> None:
    cast.ada()
    assert at_this_machine().get("/first-run/").status_code == 404
    assert at_this_machine().post("/first-run/", GIVEN).status_code == 404
    assert first_run_path() == "/"


@pytest.mark.django_db
def test_a_foreign_name_that_leads_here_wants_the_key_too() -> None:
    rebound = Client(SERVER_NAME="evil.example")
    assert rebound.get("/first-run/").status_code == 403
    assert rebound.post("/first-run/", GIVEN).status_code == 403


@pytest.mark.django_db
@pytest.mark.usefixtures("public")
def test_where_others_can_reach_it_the_page_wants_its_key() -> None:
    assert Client().get("/first-run/").status_code == 403
    assert Client().post("/first-run/", GIVEN).status_code == 403
    assert Client().get("/first-run/?key=guess").status_code == 403
    assert not Person.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("public")
def test_the_key_is_taken_out_of_the_address() -> None:
    browser = Client()
    assert browser.get(first_run_path()).headers["Location"] == "/first-run/"
    assert browser.get("/first-run/").status_code == 200
    assert browser.post("/first-run/", GIVEN).headers["Location"] == "/first-run/next/"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins() -> None:
    refused: list[str] = []
    together = threading.Barrier(2)

    def run(name: str) -> None:
        close_old_connections()
        together.wait()
        try:
            begin(beginning=Beginning(**(GIVEN | {"email": f"{name}@example.org"})))
        except Refusal:
            refused.append(name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("ada", "eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Person.objects.count(), len(refused)) == (1, 1)
