"""What granian must do when it, its parent or a worker is stopped, and before."""

import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import psutil
import pytest

from opora.cli.server.process import CannotListen, listen
from opora.cli.server.tests.served import Served, served
from opora.cli.server.tests.test_bridge import ask, raw, told
from opora.lib.environment import Endpoint

APPLICATION = "opora.cli.server.tests.pages:application"
STREAM = b"GET /live/ HTTP/1.1\r\nHost: x\r\n\r\n"


def eventually(happens: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not happens() and time.monotonic() < until:
        time.sleep(0.02)
    return happens()


def keep_asking(server: Served, stop: Event) -> list[int]:
    """Statuses of requests one after another, each second one on the same connection.

    Raises if an answer does not come.
    """
    statuses = []
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as kept:
        while not stop.is_set():
            statuses.append(ask(server, "/echo").status)
            kept.request("GET", "/echo")
            with kept.getresponse() as answer:
                answer.read()
            statuses.append(answer.status)
    return statuses


def test_stops_at_once_with_open_streams_and_ends_them_well(tmp_path: Path) -> None:
    with served(APPLICATION, tmp_path / "log", workers=2) as server, ExitStack() as stack:
        streams = [stack.enter_context(raw(server, STREAM)) for _ in range(50)]
        assert all(stream.recv(1000) for stream in streams)
        assert server.stop() < 2
        assert server.process.returncode == 0
        with streams[0].makefile("rb") as file:
            assert file.read().endswith(b"retry: 1000\n\n\r\n0\r\n\r\n")


def test_answer_under_way_is_finished_before_the_stop(tmp_path: Path) -> None:
    with served(APPLICATION, tmp_path / "log") as server, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, server, "/sleep?1", headers={"Connection": "close"})
        time.sleep(0.3)
        assert server.stop() < 5
        assert answer.result().body == b"slept"


def test_view_that_does_not_end_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    request = b"GET /sleep?60 HTTP/1.1\r\nHost: x\r\n\r\n"
    with served(APPLICATION, tmp_path / "log") as server, closing(raw(server, request)):
        time.sleep(0.3)
        assert server.stop() < 5


def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    with served(APPLICATION, tmp_path / "log", workers=2) as server:
        workers = server.workers
        assert len(workers) == 2
        server.process.kill()
        assert eventually(lambda: not any(map(psutil.Process.is_running, workers)), 2)
        listen(Endpoint("127.0.0.1", server.port)).close()  # the next start works at once


def test_killed_worker_is_replaced_and_the_others_go_on(tmp_path: Path) -> None:
    with served(APPLICATION, tmp_path / "log", workers=2) as server:
        victim = server.workers[0]
        victim.kill()
        assert all(told(server, "/echo")["pid"] != victim.pid for _ in range(50))
        assert eventually(lambda: len({told(server, "/echo")["pid"] for _ in range(50)}) == 2)


def test_recycled_workers_lose_no_request(tmp_path: Path) -> None:
    with served(APPLICATION, tmp_path / "log", workers=2) as server, ThreadPoolExecutor(4) as pool:
        old, stop = {worker.pid for worker in server.workers}, Event()
        asking = [pool.submit(keep_asking, server, stop) for _ in range(4)]
        server.process.send_signal(signal.SIGHUP)
        recycled = eventually(lambda: not old & {one.pid for one in server.workers}, 20)
        stop.set()
        statuses = [status for one in asking for status in one.result()]
        assert recycled
        assert set(statuses) == {200}
        assert len(statuses) > 200


def test_taken_port_is_refused_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = Endpoint("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(CannotListen, match=rf"^{endpoint} .*: Address already in use\.$"):
            listen(endpoint)
