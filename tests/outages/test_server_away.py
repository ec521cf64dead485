"""The mail server that our letters leave by is away, busy or silent; then it is as it should be."""

import re
import socket

from tests.far_server import far_server
from tests.outages.conftest import House
from tests.running import eventually

STATE = "SELECT state FROM outbox_delivery WHERE id = %s"
RECEIPT = """
    SELECT delivery.id FROM outbox_delivery AS delivery
      JOIN desk_ticket AS ticket ON ticket.id = ticket_id WHERE ticket.subject = %s
"""


def receipt_for(house: House, subject: str) -> int:
    """The delivery of the receipt that a new letter gets."""
    assert house.repeat(house.letter(subject))
    assert house.becomes_one_ticket(subject)
    return int(house.ask(RECEIPT, subject))


def state_of(house: House, delivery_id: int) -> str:
    return str(house.ask(STATE, delivery_id))


def page_of(house: House, delivery_id: int) -> str:
    return house.agent.get(f"/deliveries/{delivery_id}/").body


def test_what_could_not_leave_says_why_and_arrives_once_when_the_server_is_back(
    house: House,
) -> None:
    receipt = receipt_for(house, "Their server is away")
    ticket = house.ask("SELECT ticket_id FROM outbox_delivery WHERE id = %s", receipt)
    house.agent.answer(ticket, "Nobody is there to take this")
    delivery = house.ask("SELECT max(id) FROM outbox_delivery")
    assert eventually(lambda: state_of(house, delivery) == "deferred")
    said = house.agent.get(f"/tickets/{ticket}/").body
    assert re.search(r"not delivered yet: .*refused.*next try", said, re.DOTALL)
    wait = "SELECT due_at - now() > interval '30 seconds' FROM outbox_delivery WHERE id = %s"
    assert house.ask(wait, delivery)
    with far_server(house.far_port) as far:
        house.ask("UPDATE outbox_delivery SET due_at = now() RETURNING id")  # a minute later
        assert eventually(lambda: state_of(house, delivery) == "accepted", 40)  # the sweep's 20
        assert len(far.letters) == len(set(far.message_ids()))
        assert house.ask("SELECT message_id FROM outbox_delivery WHERE id = %s", delivery) in (
            far.message_ids()
        )


def test_a_busy_server_is_asked_again_by_hand_and_takes_it_once(house: House) -> None:
    with far_server(house.far_port) as far:
        far.answer = "451 4.7.1 Greylisted, come back later"
        delivery = receipt_for(house, "Their server is busy")
        assert eventually(lambda: state_of(house, delivery) == "deferred")
        assert "Greylisted" in page_of(house, delivery)
        far.answer = "250 2.0.0 Taken"
        house.agent.post(f"/deliveries/{delivery}/move/", move="retry")
        assert eventually(lambda: state_of(house, delivery) == "accepted")
        message_id = house.ask("SELECT message_id FROM outbox_delivery WHERE id = %s", delivery)
        assert far.message_ids().count(message_id) == 1


def test_a_server_that_says_nothing_keeps_no_letter_from_coming_in(house: House) -> None:
    with socket.create_server(("127.0.0.1", house.far_port), backlog=20):
        waiting = [receipt_for(house, f"Their server is silent {number}") for number in range(6)]
        assert state_of(house, waiting[0]) == "sending"
        assert house.becomes_one_ticket("Their server is silent 5")
    with far_server(house.far_port):
        assert eventually(lambda: all(state_of(house, one) != "sending" for one in waiting))
