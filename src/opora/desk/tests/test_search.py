import pytest

from opora.desk.models import Ticket
from opora.desk.search import matching
from opora.desk.selectors import tickets_for
from tests import cast

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    return {ticket.subject for ticket in matching(tickets_for(cast.dana()), text)}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Сломался принтер на складе", "принтеры"),
        ("Сломался принтер на складе", "ПРИНТ"),
        ("Сломался принтер на складе", "склад принтер"),
        ("The printers are on fire", "printer"),
        ("Error 0x80070005 in 1C", "0x8007"),
        ('It\'s "quoted" & odd: !', "quoted odd"),
    ],
)
def test_words_of_the_subject_are_found_in_their_forms(subject: str, text: str) -> None:
    cast.a_ticket(subject=subject)
    cast.a_ticket(subject="Something else")
    assert found(text) == {subject}


@pytest.mark.parametrize("text", ["Alice", "alice@EXAMPLE", "lic"])
def test_a_ticket_is_found_by_whose_it_is(text: str) -> None:
    cast.a_ticket(subject="Hers")
    cast.a_ticket(subject="His", requester=cast.charlie())
    assert found(text) == {"Hers"}


def test_a_ticket_is_found_by_its_company() -> None:
    alice = cast.alice()
    alice.company = cast.company("ООО «Ромашка»")
    cast.a_ticket(subject="Theirs", requester=alice)
    cast.a_ticket(subject="Others", requester=cast.charlie())
    assert found("ромашка") == {"Theirs"}


@pytest.mark.parametrize("form", ["{}", "#{}", "№ {}", "№\N{NO-BREAK SPACE}{}", " {} "])
def test_a_ticket_is_found_by_its_number_as_people_write_it(form: str) -> None:
    ticket = cast.a_ticket()
    assert list(matching(Ticket.objects.all(), form.format(ticket.pk))) == [ticket]


@pytest.mark.parametrize(
    "text", ["'", "\\", "a & | ! ( b", ":*", "' OR 1=1 --", "%", "_", "\x00", "9" * 40, "—"]
)
def test_odd_signs_find_nothing_and_break_nothing(text: str) -> None:
    cast.a_ticket(subject="Plain", requester=cast.charlie())
    assert found(text) in (set(), {"Plain"})


def test_nothing_typed_leaves_the_list_as_it_is() -> None:
    cast.a_ticket(subject="One")
    assert found("  ") == {"One"}


def test_nobody_finds_what_they_may_not_see() -> None:
    cast.a_ticket(subject="Hidden", group=cast.group("Warehouse"))
    assert found("hidden") == set()
