import pytest

from opora.people import actions, selectors
from opora.people.models import Company, Person
from opora.people.rules import PUBLIC_DOMAINS, domain_of
from tests import cast

pytestmark = pytest.mark.django_db


def test_a_new_face_becomes_a_requester_who_cannot_sign_in() -> None:
    person = actions.meet(email="Bob@Example.org", name="Bob")
    assert (person.email, person.name, person.role) == ("bob@example.org", "Bob", "requester")
    assert not person.has_usable_password()


def test_a_known_face_is_met_again_in_any_case() -> None:
    assert (
        actions.meet(email="ALICE@example.org")
        == cast.alice()
        == actions.meet(email="alice@example.org")
    )
    assert Person.objects.count() == 1


def test_nobody_is_renamed_by_a_letter() -> None:
    cast.alice()
    assert actions.meet(email="alice@example.org", name="Mallory").name == "Alice"


def test_a_nameless_requester_takes_the_name_given_and_an_agent_never() -> None:
    actions.meet(email="bob@example.org")
    assert actions.meet(email="bob@example.org", name="Bob").name == "Bob"
    dana = cast.dana()
    dana.name = ""
    dana.save()
    assert actions.meet(email=dana.email, name="Mallory").name == ""


def test_a_name_of_any_length_fits() -> None:
    assert len(actions.meet(email="bob@example.org", name="x" * 500).name) == 200


@pytest.mark.parametrize(
    "address", ["bob@romashka.example", "bob@office.romashka.example", "bob@ROMASHKA.example"]
)
def test_who_writes_from_a_companys_domain_or_below_belongs_to_it(address: str) -> None:
    cast.company()
    assert actions.meet(email=address).company == cast.company()


@pytest.mark.parametrize(
    "address", ["bob@notromashka.example", "bob@example", "bob@romashka.example.org", "bob", "@"]
)
def test_who_does_not_belongs_to_none(address: str) -> None:
    cast.company()
    assert actions.meet(email=address).company is None


def test_the_closest_domain_decides() -> None:
    cast.company()
    branch = cast.company("Branch", "office.romashka.example")
    assert selectors.find_company("bob@it.office.romashka.example") == branch


@pytest.mark.parametrize("domain", ["gmail.com", "mail.ru", "yandex.ru"])
def test_neighbours_at_a_public_service_are_no_colleagues(domain: str) -> None:
    cast.company(domain=domain)  # however it came into the tables
    assert actions.meet(email=f"bob@{domain}").company is None


def test_public_domains_stand_in_lower_case() -> None:
    assert {domain_of(f"x@{domain}") for domain in PUBLIC_DOMAINS} == PUBLIC_DOMAINS


def test_many_companies_are_asked_once(django_assert_num_queries: object) -> None:
    for number in range(5):
        cast.company(f"Branch {number}", f"{number}.romashka.example")
    cast.company()
    with django_assert_num_queries(2):  # type: ignore[operator]
        selectors.find_company("bob@3.romashka.example")
    assert Company.objects.count() == 6
