"""`opora intake` as a mail server runs it: a process, a pipe, an exit code."""

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from opora.channels.email.listener import local
from tests.running import Running, opora

# What mail has no right to hold, and holds: lone dots, NUL, bare LF and CR, no end of line.
ODD = b"To: sales@demo.example\nSubject: \xff\r\n\r\n.\r\n..\n.\r\nQUIT\r\n\0\r lone \n\n.\r\n."


def arrivals_of(house: Running, raw: bytes) -> list[tuple[str, int]]:
    """Mailbox and how often."""
    with house.database() as database:
        found = database.execute(
            "SELECT address, times FROM intake_arrival a JOIN doors_door d ON d.id = door_id"
            " WHERE a.sha256 = %s ORDER BY a.id",
            [hashlib.sha256(raw).hexdigest()],
        )
        return [(str(address), int(times)) for address, times in found.fetchall()]


def run(home: Path, *words: str, given: bytes = b"", **settings: str) -> tuple[int, str]:
    environ = os.environ | {"OPORA_HOME": str(home), **settings}
    done = subprocess.run(
        opora("intake", *words), env=environ, input=given, capture_output=True, check=False
    )
    return done.returncode, done.stderr.decode()


@contextmanager
def listener(home: Path, *answers: bytes) -> Iterator[None]:
    """The far side: greets, gives one answer to each thing said, and goes away."""
    (home / "run").mkdir(parents=True)
    bound = local.bind(local.socket_path(home / "run"))
    bound.listen()

    def serve() -> None:
        visitor, _ = bound.accept()
        with visitor:
            for answer in answers:
                visitor.sendall(answer)
                if not visitor.recv(100):
                    return

    thread = threading.Thread(target=serve)
    with closing(bound):
        thread.start()
        yield
        thread.join(10)


def test_every_byte_of_a_pipe_arrives_in_the_mailbox_the_head_names(house: Running) -> None:
    assert house.opora("intake", given=ODD).returncode == 0
    assert arrivals_of(house, ODD) == [("sales@demo.example", 1)]


def test_a_letter_larger_than_a_piece_keeps_its_bytes(house: Running) -> None:
    raw = b"Subject: large\r\n\r\n" + os.urandom(3_000_000)
    assert house.opora("intake", "-", given=raw).returncode == 0
    assert arrivals_of(house, raw) == [("support@demo.example", 1)]


def test_the_same_letter_again_is_the_same_arrival_counted(house: Running) -> None:
    raw = b"Subject: again\r\n\r\n"
    assert [house.opora("intake", given=raw).returncode for _ in range(3)] == [0, 0, 0]
    assert arrivals_of(house, raw) == [("support@demo.example", 3)]


def test_a_mailbox_that_is_said_goes_before_the_head(house: Running) -> None:
    raw = b"To: support@demo.example\r\nSubject: elsewhere\r\n\r\n"
    assert house.opora("intake", "--mailbox", "Sales+7@demo.example", given=raw).returncode == 0
    assert arrivals_of(house, raw) == [("sales@demo.example", 1)]


def test_of_several_files_the_good_ones_arrive(house: Running, tmp_path: Path) -> None:
    first, second = b"Subject: file 1\r\n\r\n", b"Subject: file 2\r\n\r\n"
    (tmp_path / "1.eml").write_bytes(first)
    (tmp_path / "2.eml").write_bytes(second)
    words = [str(tmp_path / "1.eml"), str(tmp_path), "nowhere.eml", str(tmp_path / "2.eml")]
    done = house.opora("intake", *words)
    assert done.returncode == os.EX_NOINPUT
    assert b"nowhere.eml: No such file" in done.stderr
    assert len(arrivals_of(house, first) + arrivals_of(house, second)) == 2


@pytest.mark.parametrize("mailbox", ["nobody@demo.example", "кто-то@пример.рф"])
def test_an_unknown_mailbox_has_a_code_of_its_own(house: Running, mailbox: str) -> None:
    done = house.opora("intake", "--mailbox", mailbox, given=b"Subject: lost\r\n\r\n")
    assert (done.returncode, arrivals_of(house, b"Subject: lost\r\n\r\n")) == (os.EX_NOUSER, [])


def test_a_letter_too_large_for_us_is_refused_for_good(house: Running, tmp_path: Path) -> None:
    large = tmp_path / "large.eml"
    large.write_bytes(b"x" * 50_000_001)
    assert house.opora("intake", str(large)).returncode == os.EX_DATAERR
    assert house.opora("intake", given=large.read_bytes()).returncode == os.EX_DATAERR


def test_nobody_listens_and_the_mail_server_is_to_keep_the_letter(tmp_path: Path) -> None:
    code, said = run(tmp_path / "none", given=b"Subject: early\r\n\r\n")
    assert (code, "start `opora up`" in said) == (os.EX_TEMPFAIL, True)


def test_a_wrong_setting_is_not_the_letters_fault(tmp_path: Path) -> None:
    code, said = run(tmp_path, given=b"Subject: early\r\n\r\n", OPORA_WEB="nonsense")
    assert (code, "OPORA_WEB" in said) == (os.EX_TEMPFAIL, True)


@pytest.mark.parametrize("words", [["--mailbox", "a b"], ["--mbox", "x", "y"], ["--nonsense"]])
def test_words_that_cannot_be_understood(tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path, *words)[0] == os.EX_USAGE


HELLO = [b"220 mx\r\n", b"250-mx\r\n250 SIZE\r\n", b"250 OK\r\n", b"250 OK\r\n"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], os.EX_TEMPFAIL),
        ([b"421 4.7.0 crowded\r\n"], os.EX_TEMPFAIL),
        (HELLO[:2], os.EX_TEMPFAIL),
        (HELLO, os.EX_TEMPFAIL),
        ([*HELLO, b"452 4.3.1 full\r\n", b"250 OK\r\n"], os.EX_TEMPFAIL),
        ([*HELLO, b"451 4.3.0 trouble\r\n"], os.EX_TEMPFAIL),
        ([*HELLO, b"554 5.7.0 nonsense\r\n", b"250 OK\r\n"], os.EX_TEMPFAIL),
        ([*HELLO, b"552 5.3.4 too large\r\n", b"250 OK\r\n"], os.EX_DATAERR),
        ([*HELLO, b"250 2.6.0 Written down\r\n"], 0),
    ],
)
def test_only_a_clear_yes_is_a_yes(tmp_path: Path, answers: list[bytes], code: int) -> None:
    with listener(tmp_path, *answers):
        assert run(tmp_path, given=b"Subject: hello\r\n\r\n")[0] == code


def test_a_listener_that_dies_in_the_middle_of_a_large_letter(tmp_path: Path) -> None:
    with listener(tmp_path, *HELLO):
        assert run(tmp_path, given=b"x" * 5_000_000)[0] == os.EX_TEMPFAIL


def test_a_pipe_costs_no_django_and_a_fifth_of_a_second(house: Running) -> None:
    times = []
    for number in range(5):
        begun = time.monotonic()
        assert house.opora("intake", given=b"Subject: quick %d\r\n\r\n" % number).returncode == 0
        times.append(time.monotonic() - begun)
    assert min(times) < 0.4  # 0.1 on a quiet machine; this one may be busy
    code = "import sys, opora.cli.intake; sys.exit('django' in sys.modules)"
    assert subprocess.run([*opora()[:2], "-c", code], check=False).returncode == 0


def test_a_socket_with_a_very_long_name_is_reached(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30)
    with listener(home, *HELLO, b"250 2.6.0 Written down\r\n"):
        assert run(home, given=b"Subject: far\r\n\r\n")[0] == 0
