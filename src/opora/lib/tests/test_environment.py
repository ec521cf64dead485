from pathlib import Path

import pytest

from opora.lib import embedded, environment
from opora.lib.environment import BadSetting, Endpoint, NotRunning


def test_without_any_setting_everything_has_its_default() -> None:
    here = environment.read({})
    assert (str(here.web), str(here.mail)) == ("127.0.0.1:8000", "127.0.0.1:2525")
    assert (here.url, here.home, here.max_letter) == (
        *("http://127.0.0.1:8000", Path("var").absolute(), 50_000_000),
    )
    assert (here.database_url, here.first_mailbox, here.trusted_proxies) == ("", "", ())


def test_what_is_set_is_read(tmp_path: Path) -> None:
    here = environment.read(
        {
            "OPORA_HOME": str(tmp_path),
            "OPORA_WEB": "[::1]:80",
            "OPORA_URL": "https://support.example.org/",
            "OPORA_FIRST_MAILBOX": " Support@Example.org",
            "DATABASE_URL": "postgres://opora:secret@db:5432/opora",
            "OPORA_TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16",
        }
    )
    assert (here.home, here.web) == (tmp_path, Endpoint("::1", 80))
    assert str(here.web) == "[::1]:80"
    assert (here.url, here.first_mailbox) == (
        *("https://support.example.org", "support@example.org"),
    )
    assert here.trusted_proxies == ("10.0.0.1", "192.168.0.0/16")


def test_an_empty_setting_is_none() -> None:
    empty = dict.fromkeys(environment.NAMES, "")
    assert environment.read(empty) == environment.read({})


BAD = [
    ("OPORA_WEB", "8000"),
    ("OPORA_WEB", "localhost:http"),
    ("OPORA_WEB", "127.0.0.1:0"),
    ("OPORA_WEB", "127.0.0.1:65536"),
    ("OPORA_WEB", "a b:80"),
    ("OPORA_MAIL", ":2525"),
    ("OPORA_MAIL", "127.0.0.1"),
    ("OPORA_URL", "support.example.org"),
    ("OPORA_URL", "ftp://support.example.org"),
    ("OPORA_URL", "https://support.example.org/opora"),
    ("OPORA_URL", "https://support.example.org?x=1"),
    ("OPORA_URL", "http://[::1"),
    ("OPORA_URL", "http://a:b"),
    ("DATABASE_URL", "mysql://u:geheim@db/opora"),
    ("DATABASE_URL", "postgres://u:geheim@db"),
    ("DATABASE_URL", "postgres://u:geheim@db:x/opora"),
    ("OPORA_FIRST_MAILBOX", "support"),
    ("OPORA_FIRST_MAILBOX", "a@b, c@d"),
    ("OPORA_MAX_LETTER", "50MB"),
    ("OPORA_MAX_LETTER", "-1"),
    ("OPORA_MAX_LETTER", "999"),
    ("OPORA_TLS_CERTIFICATE", "/nowhere/cert.pem"),
    ("OPORA_TLS_KEY", "/nowhere/key.pem"),
    ("OPORA_TRUSTED_PROXIES", "proxy.example.org"),
    ("OPORA_TRUSTED_PROXIES", "10.0.0.1/8"),
    ("OPORA_WEBB", "127.0.0.1:8000"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name) as refused:
        environment.read({name: value})
    assert str(refused.value).endswith(".")
    assert "geheim" not in str(refused.value)


def test_every_setting_has_a_bad_value_above() -> None:
    assert {name for name, _ in BAD} >= environment.NAMES - {"OPORA_HOME"}


def test_a_key_without_its_certificate_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.touch()
    with pytest.raises(BadSetting, match="OPORA_TLS_CERTIFICATE"):
        environment.read({"OPORA_TLS_KEY": str(key)})
    both = {"OPORA_TLS_KEY": str(key), "OPORA_TLS_CERTIFICATE": str(key)}
    assert environment.read(both).tls_key == str(key)


def test_settings_of_others_are_nobodys_business() -> None:
    environment.read({"PATH": "/bin", "OPORATOR": "x"})


def test_the_database_of_a_home_is_where_its_address_says(tmp_path: Path) -> None:
    here = environment.read({"OPORA_HOME": str(tmp_path)})
    with pytest.raises(NotRunning, match="opora up"):
        environment.running_database_url(here)
    assert environment.database_url(here).startswith("postgresql://opora:@/opora?host=")
    embedded.address_file(tmp_path).parent.mkdir()
    embedded.address_file(tmp_path).write_text("postgresql://there")
    assert environment.running_database_url(here) == "postgresql://there"


def test_a_database_that_is_set_needs_nobody_running() -> None:
    url = "postgres://opora:secret@db:5432/opora"
    assert environment.running_database_url(environment.read({"DATABASE_URL": url})) == url
