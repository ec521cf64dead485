import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from opora.lib import clock
from opora.outbox.models import Delivery
from opora.people import actions as people
from opora.people.models import Person, SignInLink
from tests import cast

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough word"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _forget_tries() -> None:
    cache.clear()
    for person in (cast.ada(), cast.dana()):
        person.set_unusable_password()  # as everybody's who was invited
        person.save()


def dana() -> Person:
    person = cast.dana()
    people.set_password(person=person, password=PASSWORD)
    return person


def sign_in(browser: Client, password: str = PASSWORD, **more: str) -> str:
    given = {"login": "dana@example.org", "password": password, **more}
    answer = browser.post(LOGIN, given)
    return str(answer.headers.get("Location", answer.status_code))


def is_in(browser: Client) -> bool:
    return browser.get("/journal/").status_code == 200


def by_link(person: Person) -> Client:
    browser = Client()
    browser.post(reverse("workspace:sign-in-link", args=[people.make_link(person=person)]))
    return browser


def code_of(secret: str) -> str:
    counter = next(auth.yield_hotp_counters_from_time())
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


def with_second_factor(browser: Client) -> str:
    """Set it up on the pages, and return its secret."""
    page = browser.get("/accounts/security/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"\s+value="(\w+)"', page)
    assert secret
    assert 'src="data:image/svg+xml;base64,' in page
    browser.post("/accounts/security/totp/activate/", {"code": code_of(secret[1])})
    return secret[1]


def test_a_password_opens() -> None:
    dana()
    browser = Client()
    assert sign_in(browser, next="/journal/") == "/journal/"
    assert is_in(browser)


def test_a_session_is_a_new_one_after_signing_in() -> None:
    dana()
    browser = Client()
    browser.get(LOGIN)
    session = browser.session
    session["before"] = True
    session.save()
    browser.cookies["sessionid"] = before = str(session.session_key)
    sign_in(browser)
    assert browser.cookies["sessionid"].value != before


def test_a_wrong_password_says_so_beside_the_form() -> None:
    dana()
    answer = Client().post(LOGIN, {"login": "dana@example.org", "password": "wrong"})
    assert answer.status_code == 200
    assert b'data-tone="red"' in answer.content


def test_nobody_is_led_to_foreign_pages() -> None:
    dana()
    assert sign_in(Client(), next="https://evil.example/") == "/"


def test_ten_wrong_passwords_lock() -> None:
    dana()
    browser = Client()
    answers = [sign_in(browser, "wrong") for _ in range(10)]
    assert answers == ["200"] * 9 + ["429"]
    cache.clear()  # another worker knows it too
    assert (
        b"Too many tries"
        in browser.post(LOGIN, {"login": "dana@example.org", "password": PASSWORD}).content
    )
    assert not is_in(browser)


def test_another_person_is_not_locked() -> None:
    dana()
    browser = Client()
    for _ in range(10):
        browser.post(LOGIN, {"login": "ada@example.org", "password": "wrong"})
    assert sign_in(browser) == "/"


def test_wrong_passwords_from_elsewhere_lock_nobody_out() -> None:
    dana()
    stranger = Client(REMOTE_ADDR="192.0.2.66")
    assert [sign_in(stranger, "wrong") for _ in range(11)][-1] != "/"
    assert sign_in(Client(REMOTE_ADDR="192.0.2.1")) == "/"


def test_there_is_no_sign_up() -> None:
    assert Client().get("/accounts/signup/").status_code == 404


def test_looking_at_a_link_does_not_use_it_up() -> None:
    address = reverse("workspace:sign-in-link", args=[people.make_link(person=cast.dana())])
    for _ in range(3):
        assert b"works once" in Client().get(address).content
    browser = Client()
    assert browser.post(address).headers["Location"] == "/accounts/password/"
    assert is_in(browser)


def test_a_link_works_once() -> None:
    address = reverse("workspace:sign-in-link", args=[people.make_link(person=cast.dana())])
    Client().post(address)
    second = Client()
    assert second.post(address).status_code == 410
    assert not is_in(second)


def test_a_link_signs_out_whoever_was_there() -> None:
    with_second_factor(by_link(cast.dana()))
    address = reverse("workspace:sign-in-link", args=[people.make_link(person=cast.dana())])
    browser = cast.page_of(cast.ada())
    browser.post(address)
    assert not is_in(browser)


def test_a_link_does_not_pass_a_second_factor() -> None:
    browser = by_link(cast.dana())
    with_second_factor(browser)
    other = Client()
    link = reverse("workspace:sign-in-link", args=[people.make_link(person=cast.dana())])
    assert other.post(link).headers["Location"] == "/accounts/security/authenticate/"
    assert not is_in(other)


def test_who_came_by_a_link_chooses_a_password() -> None:
    browser = by_link(dana())
    new = {"new_password1": "another long word", "new_password2": "another long word"}
    assert browser.post("/accounts/password/", new).status_code == 302
    assert is_in(browser)
    assert sign_in(Client(), "another long word") == "/"


def test_a_password_is_changed_with_the_old_one_only() -> None:
    browser = cast.page_of(dana())
    new = {"new_password1": "another long word", "new_password2": "another long word"}
    assert browser.post("/accounts/password/", new).status_code == 422
    new["old_password"] = PASSWORD
    assert browser.post("/accounts/password/", new).status_code == 302


def test_a_link_comes_by_mail() -> None:
    cast.mailbox()
    cast.dana()
    Client().post("/sign-in/link/", {"email": "Dana@example.org"})
    letter = Delivery.objects.get(purpose="account")
    link = re.search(r"http://\S+?(/sign-in/\S+/)", letter.text)
    assert link
    browser = Client()
    browser.post(link[1])
    assert is_in(browser)
    assert SignInLink.objects.get().expires_at < clock.now() + timedelta(hours=1, seconds=1)


def test_asking_again_floods_nobody_and_ends_no_invitation() -> None:
    cast.mailbox()
    invitation = people.make_link(person=cast.dana())
    for _ in range(3):
        Client().post("/sign-in/link/", {"email": "dana@example.org"})
    assert Delivery.objects.count() == 1
    assert people.use_link(token=invitation) == cast.dana()


@pytest.mark.parametrize("address", ["alice@example.org", "nobody@example.org"])
def test_nobody_else_gets_a_link_and_the_answer_is_the_same(address: str) -> None:
    cast.mailbox()
    cast.alice()
    answer = Client().post("/sign-in/link/", {"email": address})
    assert b"a letter is on its way" in answer.content
    assert not Delivery.objects.exists()


def test_a_second_factor_is_asked_for() -> None:
    secret = with_second_factor(by_link(cast.dana()))
    dana()
    browser = Client()
    assert sign_in(browser) == "/accounts/security/authenticate/"
    assert not is_in(browser)
    cache.clear()  # the same code counts once
    browser.post("/accounts/security/authenticate/", {"code": code_of(secret)})
    assert is_in(browser)


def test_a_recovery_code_opens_once() -> None:
    browser = by_link(cast.dana())
    with_second_factor(browser)
    page = browser.get("/accounts/security/recovery-codes/").content.decode()
    codes = re.findall(r"<li>\s*(\d{8})\s*</li>", page)
    dana()
    for expected in (True, False):
        other = Client()
        sign_in(other)
        other.post("/accounts/security/authenticate/", {"code": codes[0]})
        assert is_in(other) is expected


def test_an_administrator_takes_off_a_lost_second_factor() -> None:
    with_second_factor(by_link(cast.dana()))
    cast.page_of(cast.ada()).post(f"/settings/agents/{cast.dana().pk}/second-factor/")
    dana()
    assert sign_in(Client()) == "/"


def test_the_secret_of_a_second_factor_is_sealed() -> None:
    secret = with_second_factor(by_link(cast.dana()))
    kept = Authenticator.objects.get(type="totp").data
    assert secret not in str(kept)


def test_switching_it_off_asks_for_the_password_again() -> None:
    browser = cast.page_of(dana())
    answer = browser.get("/accounts/security/totp/activate/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    answer = browser.post(answer.headers["Location"], {"password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/security/totp/activate/"
    assert b"authenticator_secret" in browser.get("/accounts/security/totp/activate/").content


PAGES = [
    LOGIN,
    "/accounts/logout/",
    "/accounts/inactive/",
    "/accounts/password/",
    "/accounts/security/",
    "/accounts/security/totp/activate/",
    "/accounts/security/totp/deactivate/",
    "/accounts/security/recovery-codes/",
    "/accounts/security/recovery-codes/generate/",
    "/sign-in/link/",
    "/sign-in/some-token/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_has_an_inline_script_or_style(page: str, language: str) -> None:
    Person.objects.filter(id=cast.dana().pk).update(language=language)
    browser = by_link(cast.dana())
    if "security" in page and "totp/activate" not in page:
        with_second_factor(browser)
    for visitor in (browser, Client()):
        answer = visitor.get(page, headers={"accept-language": language})
        assert answer.status_code in (200, 302)
        html = answer.content.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", html)
        assert answer.status_code == 302 or f'<html lang="{language}"' in html


def test_a_stranger_chooses_the_language() -> None:
    browser = Client()
    browser.post("/language/", {"language": "ru", "next": LOGIN})
    assert '<html lang="ru"' in browser.get(LOGIN).content.decode()


def test_a_form_of_another_session_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post(LOGIN, {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert b"This page is too old" in answer.content
