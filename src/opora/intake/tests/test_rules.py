import pytest

from opora.intake.rules import is_automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"auto-submitted": "auto-generated; x=1"},
        {"auto-submitted": "Auto-Notified"},
        {"precedence": "Bulk"},
        {"precedence": "list "},
        {"list-id": ""},
        {"list-unsubscribe": "<mailto:x@y.example>"},
        {"x-auto-response-suppress": "All"},
        {"x-autoreply": "yes"},
        {"return-path": "<>"},
    ],
)
def test_a_machine_gets_no_receipt(headers: dict[str, str]) -> None:
    assert is_automatic(headers, envelope_from="a@example.org")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto-submitted": "no"},
        {"auto-submitted": ""},
        {"auto-submitted": "No; comment"},
        {"precedence": "first-class"},
        {"return-path": "<a@example.org>"},
    ],
)
def test_a_human_gets_one(headers: dict[str, str]) -> None:
    assert not is_automatic(headers, envelope_from="a@example.org")
    assert not is_automatic(headers, envelope_from=None)


def test_who_wants_no_answer_gets_none() -> None:
    assert is_automatic({}, envelope_from="")
