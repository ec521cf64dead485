import pytest

from opora.lib.errors import Refusal
from opora.lib.seal import seal, unseal


def test_what_is_sealed_opens_by_the_same_secret_only() -> None:
    sealed = seal("пароль", secret="s")
    assert unseal(sealed, secret="s") == "пароль"
    with pytest.raises(Refusal):
        unseal(sealed, secret="another")


def test_a_seal_shows_nothing_and_is_never_the_same() -> None:
    first, second = seal("пароль", secret="s"), seal("пароль", secret="s")
    assert "пароль" not in first
    assert first != second


def test_no_password_is_no_secret() -> None:
    assert (seal("", secret="s"), unseal("", secret="s")) == ("", "")


@pytest.mark.parametrize("damage", ["x", "gAAAA", "не печать"])
def test_a_broken_seal_is_refused(damage: str) -> None:
    with pytest.raises(Refusal):
        unseal(damage, secret="s")
