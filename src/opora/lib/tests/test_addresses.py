import pytest

from opora.lib.addresses import entry, parse_entry, readable, wire


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", "alice@example.org"),
        ("Алиса", "alice@пример.рф"),
        ('ООО "Рога, копыта"', "алиса@example.org"),
        ("a\\b <c@d>", "alice@example.org"),
    ],
)
def test_an_entry_gives_back_what_went_in(name: str, address: str) -> None:
    assert parse_entry(entry(name, address)) == (name, address)


def test_an_entry_is_one_line() -> None:
    assert entry("Eve\r\nBcc: x@y", "eve@x.example\n") == '"Eve Bcc: x@y" <eve@x.example>'


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("a@пример.рф", "a@xn--e1afmkfd.xn--p1ai"),
        ("a+b@x_y.localhost", "a+b@x_y.localhost"),
        ("алиса@example.org", "алиса@example.org"),
        ('"a b"@example.org', '"a b"@example.org'),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
    ],
)
def test_an_address_as_smtp_carries_it(address: str, carried: str) -> None:
    assert wire(address) == carried


@pytest.mark.parametrize(
    "bad", ["", "a", "@x", "a@", "a@x..y", "a b@x", "a@x\r\ny", "a@" + "я" * 80]
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire(bad)


def test_a_domain_is_read_in_its_own_letters() -> None:
    assert readable(" A@XN--E1AFMKFD.xn--p1ai") == readable("a@Пример.рф") == "a@пример.рф"
