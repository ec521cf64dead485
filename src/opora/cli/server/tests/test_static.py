import gzip
from collections.abc import Iterator

import pytest

from opora.cli.server.tests.served import Served, served
from opora.cli.server.tests.test_bridge import Answer, ask

SCRIPT = b"export const answer = 42;\n" * 100


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("static")
    assets = home / "built" / "assets"
    assets.mkdir(parents=True)
    (assets / "app-B3x9Kd_1.js").write_bytes(SCRIPT)
    (assets / "app-B3x9Kd_1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (home / "built" / "robots.txt").write_text("User-agent: *\n")
    (home / "secret").write_text("not to be read")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATIC", str(home / "built"))
        with served("opora.cli.server.tests.pages:application", home / "log") as running:
            yield running


def get(server: Served, name: str, method: str = "GET", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(server, f"/static/{name}", method=method, headers=named)


def test_hashed_file_is_kept_for_ever(server: Served) -> None:
    answer = get(server, "assets/app-B3x9Kd_1.js")
    assert (answer.status, answer.body) == (200, SCRIPT)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_file_without_hash_is_asked_for_again(server: Served) -> None:
    answer = get(server, "robots.txt")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = get(server, "robots.txt", if_none_match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_packed_file_goes_to_who_can_unpack_it(server: Served) -> None:
    answer = get(server, "assets/app-B3x9Kd_1.js", accept_encoding="gzip, deflate")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert gzip.decompress(answer.body) == SCRIPT
    assert "Content-Encoding" not in get(server, "assets/app-B3x9Kd_1.js").headers


def test_head_says_the_length_only(server: Served) -> None:
    answer = get(server, "assets/app-B3x9Kd_1.js", method="HEAD")
    assert (answer.headers["Content-Length"], answer.body) == (str(len(SCRIPT)), b"")


@pytest.mark.parametrize("name", ["../secret", "%2e%2e/secret", "assets", "", "none.js", "/secret"])
def test_nothing_but_built_files_can_be_had(server: Served, name: str) -> None:
    assert get(server, name).status == 404


def test_files_are_not_posted_to(server: Served) -> None:
    assert get(server, "robots.txt", method="POST").status == 405
