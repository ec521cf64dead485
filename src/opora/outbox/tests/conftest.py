"""A far side that takes letters, or does as told; and a shelf of deliveries."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from opora.outbox import actions, types
from opora.outbox.models import Delivery
from opora.outbox.types import Parcel


@dataclass
class FarSide:
    """Implements Transport. `trouble` is raised instead of an answer."""

    taken: list[str] = field(default_factory=list)  # Message-IDs
    trouble: Exception | None = None
    is_reached: bool = True

    def send(self, delivery: Delivery) -> str:
        if self.trouble:
            raise self.trouble
        self.taken.append(delivery.message_id)
        return "250 Taken"

    def has_way(self, door_id: int | None) -> bool:
        return self.is_reached


@pytest.fixture
def far_side(monkeypatch: pytest.MonkeyPatch) -> FarSide:
    far = FarSide()
    monkeypatch.setitem(types.transports, "email", far)
    return far


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """States of deliveries, by who was told of them."""
    heard: dict[str, list[str]] = {"settled": [], "undelivered": [], "broken": []}
    monkeypatch.setattr(types, "when_settled", [lambda d: heard["settled"].append(d.state)])
    monkeypatch.setattr(types, "when_undelivered", [lambda d: heard["undelivered"].append(d.state)])
    monkeypatch.setattr(types, "when_broken", [lambda: heard["broken"].append("broken")])
    return heard


def a_delivery(**over: Any) -> Delivery:
    given: dict[str, Any] = {
        "purpose": Delivery.Purpose.ANSWER,
        "sender": "support@demo.example",
        "to": ("alice@example.org",),
        "subject": "Printer",
        "text": "Turn it off and on again.",
        "message_id": f"<{Delivery.objects.count()}@demo.example>",
        "door_id": 1,
    }
    return actions.put(parcel=Parcel(**(given | over)))[0]


def a_receipt(to: str = "alice@example.org", **over: Any) -> Delivery:
    purpose = Delivery.Purpose.RECEIPT
    return a_delivery(to=(to,), **({"purpose": purpose, "is_automatic": True} | over))
