import pytest

from opora.channels.email.read.addresses import _unquoted


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ООО «Ромашка»", "ООО «Ромашка»"),
        ("«Ромашка», ООО", "«Ромашка», ООО"),
        ('ООО "Ромашка"', 'ООО "Ромашка"'),
        ("ООО „Ромашка“", "ООО „Ромашка“"),
        ("«Ромашка»", "Ромашка"),
        ("'Bob'", "Bob"),
        ("\"'Bob'\"", "Bob"),
        ("“Bob”", "Bob"),
        ("Bob O'Neill", "Bob O'Neill"),
        ('"Bob', "Bob"),
        ("Bob»", "Bob"),
        (" <Bob> ", "Bob"),
        ('"', ""),
        ("", ""),
    ],
)
def test_only_quotes_around_a_whole_name_or_left_over_go(written: str, name: str) -> None:
    assert _unquoted(written) == name
