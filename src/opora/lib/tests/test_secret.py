"""The home of an Opora and the key kept in it."""

from pathlib import Path

import pytest

from opora.lib.secret import make_home, secret_key


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    key = secret_key(home)
    assert len(key) > 40
    assert secret_key(home) == key
    assert (home / "secret").stat().st_mode & 0o777 == 0o600


def test_a_home_that_is_a_link_to_nowhere_is_refused_by_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.symlink_to(tmp_path / "unplugged")
    with pytest.raises(NotADirectoryError, match=str(home)):
        make_home(home)
