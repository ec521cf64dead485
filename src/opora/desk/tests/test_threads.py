import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.desk import threads

KEY, OTHER = b"a key", b"another key"
NUMBERS = st.integers(1, 10**18 - 1)


@given(NUMBERS)
def test_our_message_id_proves_its_ticket(number: int) -> None:
    mark = threads.new_message_id(ticket_id=number, domain="demo.example", key=KEY)
    assert threads.find_ticket_id(message_ids=[mark], addresses=[], key=KEY) == number


@given(NUMBERS)
def test_our_reply_address_proves_its_ticket_in_any_case(number: int) -> None:
    address = threads.reply_address(ticket_id=number, mailbox="support@demo.example", key=KEY)
    for written in (address, address.upper()):
        assert threads.find_ticket_id(message_ids=[], addresses=[written], key=KEY) == number


@given(NUMBERS, NUMBERS)
def test_a_mark_with_another_number_proves_nothing(number: int, other: int) -> None:
    mark = threads.new_message_id(ticket_id=number, domain="demo.example", key=KEY)
    forged = mark.replace(f".{number}.", f".{other}.", 1)
    found = threads.find_ticket_id(message_ids=[forged], addresses=[], key=KEY)
    assert found == (number if number == other else None)


def test_a_mark_of_another_house_proves_nothing() -> None:
    mark = threads.new_message_id(ticket_id=17, domain="demo.example", key=OTHER)
    address = threads.reply_address(ticket_id=17, mailbox="support@demo.example", key=OTHER)
    assert threads.find_ticket_id(message_ids=[mark], addresses=[address], key=KEY) is None


def test_a_message_id_is_no_key_to_the_reply_address() -> None:
    mark = threads.new_message_id(ticket_id=17, domain="demo.example", key=KEY)
    mac = mark.split(".")[3].partition("@")[0]
    address = f"support+17.{mac}@demo.example"
    assert threads.find_ticket_id(message_ids=[], addresses=[address], key=KEY) is None


@pytest.mark.parametrize("text", ["", "<>", "<opora.1@x>", "<opora.1.a.b@x>", "support+1.x@y", "@"])
def test_what_is_no_mark_proves_nothing(text: str) -> None:
    assert threads.find_ticket_id(message_ids=[text], addresses=[text], key=KEY) is None


@pytest.mark.parametrize("letter", "ſK３")
def test_letters_that_only_look_like_ours_prove_nothing(letter: str) -> None:
    mac = f"aaaaaaaaaaaaaaa{letter}"
    marks = [f"<opora.17.{mac}.{mac}@demo.example>", f"<opora.1{letter}.{'a' * 16}.{mac}@x>"]
    address = f"support+17.{mac}@demo.example"
    assert threads.find_ticket_id(message_ids=marks, addresses=[address], key=KEY) is None


def test_every_message_id_is_new() -> None:
    made = {
        threads.new_message_id(ticket_id=17, domain="demo.example", key=KEY) for _ in range(100)
    }
    assert len(made) == 100
