import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from opora.channels.email import reader
from opora.channels.email.read.letter import letter_of
from opora.channels.email.read.tests.test_corpus import LETTERS
from opora.channels.email.reader import BoundedReader, Limits, read_bounded
from opora.lib.errors import Unreadable

LETTER = b"From: anna@client.example\r\nSubject: Help\r\n\r\nIt does not print.\r\n"


@pytest.fixture
def bounded() -> BoundedReader:
    return BoundedReader(Limits())


def child_of(bounded: BoundedReader) -> int:
    pid: int = bounded._child().pid
    return pid


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except FileNotFoundError:
        return False


def wait_for_end(pid: int) -> bool:
    limit = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < limit:
        time.sleep(0.01)
    return not is_alive(pid)


def test_the_child_reads_what_we_would_read(bounded: BoundedReader) -> None:
    for path in LETTERS:
        raw = path.read_bytes()
        assert bounded.read(raw) == letter_of(raw), path.name


def test_one_child_reads_many_letters(bounded: BoundedReader) -> None:
    first = child_of(bounded)
    for _ in range(20):
        bounded.read(LETTER)
    assert child_of(bounded) == first


def test_a_letter_of_twenty_megabytes_comes_through(bounded: BoundedReader) -> None:
    content = os.urandom(20_000_000)
    head = b"From: a@client.example\r\nContent-Type: application/zip; name=a.zip\r\n\r\n"
    assert bounded.read(head + content).attachments[0].content == content


def test_a_child_that_was_killed_costs_no_letter(bounded: BoundedReader) -> None:
    os.kill(child_of(bounded), signal.SIGKILL)
    assert bounded.read(LETTER).subject == "Help"


def test_a_child_that_hangs_costs_that_letter_only() -> None:
    bounded = BoundedReader(Limits(patience=0.2))
    hung = child_of(bounded)
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(Unreadable, match=r"did not end within 0\.2 seconds"):
        bounded.read(LETTER)
    assert wait_for_end(hung)
    assert bounded.read(LETTER).subject == "Help"


def test_a_letter_that_needs_too_much_memory_is_unreadable_and_the_next_is_read() -> None:
    bounded = BoundedReader(Limits(memory=120 << 20))
    with pytest.raises(Unreadable, match="more than 120 MB of memory"):
        bounded.read(LETTER + bytes(200_000_000))
    assert bounded.read(LETTER).subject == "Help"


def test_a_letter_that_takes_too_much_time_is_unreadable_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bounded = BoundedReader(Limits(seconds=1))
    with monkeypatch.context() as patch:
        patch.setattr(reader, "MODULE", "opora.channels.email.tests.spinning_child")
        with pytest.raises(Unreadable, match="more than 1 seconds of processor time"):
            bounded.read(LETTER)
    assert bounded.read(LETTER).subject == "Help"


def test_a_letter_that_crashes_two_children_is_unreadable(
    bounded: BoundedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reader, "MODULE", "opora.channels.email.tests.dying_child")
        with pytest.raises(Unreadable, match=r"ended the process that reads letters \(SIGSEGV\)"):
            bounded.read(LETTER)
    assert bounded.read(LETTER).subject == "Help"


def test_a_child_that_cannot_be_started_is_no_fault_of_the_letter() -> None:
    bounded = BoundedReader(Limits(start=0))
    with pytest.raises(OSError, match="does not start"):
        bounded.read(LETTER)


def test_too_few_descriptors_are_no_fault_of_the_letter(bounded: BoundedReader) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            bounded.read(LETTER)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert bounded.read(LETTER).subject == "Help"


def test_threads_read_at_once_each_with_its_own_child(bounded: BoundedReader) -> None:
    barrier = threading.Barrier(3)

    def read_one(number: int) -> tuple[str, int]:
        barrier.wait()
        letter = bounded.read(LETTER.replace(b"Help", b"Help %d" % number))
        return letter.subject, child_of(bounded)

    with ThreadPoolExecutor(3) as threads:
        read = list(threads.map(read_one, range(3)))
    assert [subject for subject, _ in read] == ["Help 0", "Help 1", "Help 2"]
    assert len({pid for _, pid in read}) == 3


def test_the_child_ends_with_its_thread(bounded: BoundedReader) -> None:
    pids = []
    thread = threading.Thread(target=lambda: pids.append(child_of(bounded)))
    thread.start()
    thread.join()
    assert wait_for_end(pids[0])


def test_a_fork_starts_a_child_of_its_own_and_leaves_ours(bounded: BoundedReader) -> None:
    ours = child_of(bounded)
    script = f"""
import os, sys
from opora.channels.email.reader import BoundedReader, Limits
bounded = BoundedReader(Limits())
bounded.read({LETTER!r})
ours = bounded._child().pid
pid = os.fork()
if pid == 0:
    assert bounded.read({LETTER!r}).subject == "Help"
    assert bounded._child().pid != ours
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
assert bounded.read({LETTER!r}).subject == "Help"
assert bounded._child().pid == ours
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert is_alive(ours)


def test_no_child_outlives_a_parent_that_is_killed() -> None:
    script = (
        "import time; from opora.channels.email import reader\n"
        "print(reader._reader._child().pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    assert wait_for_end(child)


def test_the_child_knows_no_secret_and_no_django(
    bounded: BoundedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    pid = child_of(bounded)
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    script = "import json, sys, opora.channels.email.read.child; print(json.dumps([*sys.modules]))"
    loaded = json.loads(subprocess.check_output([sys.executable, "-P", "-c", script]))
    assert "django" not in loaded


def test_read_bounded_is_fast_enough_for_a_burst() -> None:
    raw = LETTER[:-2] + b"\r\n" + b"Words of the letter. " * 2_500
    read_bounded(raw)
    begin = time.perf_counter()
    for _ in range(50):
        read_bounded(raw)
    assert (
        time.perf_counter() - begin
    ) / 50 < 0.1  # measured: 1.2 ms; the rest is for busy machines


def test_the_limits_leave_the_lease_its_time() -> None:
    assert reader.TRIES * reader.Limits().seconds < reader.Limits().patience < 120
