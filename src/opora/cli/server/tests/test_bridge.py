"""The bridge, asked by real connections of a real granian."""

import hashlib
import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from email.message import Message
from typing import Any

import pytest

from opora.cli.server.bridge import THREADS
from opora.cli.server.tests.served import Served, served


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes


MOST = 100_000_000  # bytes that may still be on their way; a flood that goes on has no end
UPLOAD = b"0123456789abcdef" * 65536  # 1 MiB


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = tmp_path_factory.mktemp("server") / "log"
    with served("opora.cli.server.tests.pages:application", log) as running:
        yield running


def ask(server: Served, path: str, **request: Any) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with closing(connection):
        connection.request(request.pop("method", "GET"), path, **request)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


def told(server: Served, path: str, **request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(ask(server, path, **request).body)
    return answer


def seconds_of(server: Served, path: str) -> float:
    begin = time.monotonic()
    assert ask(server, path).status == 200
    return time.monotonic() - begin


def raw(server: Served, request: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), 30)
    connection.sendall(request)
    return connection


def raw_answer(server: Served, request: bytes) -> dict[str, Any]:
    with closing(raw(server, request)) as connection, connection.makefile("rb") as file:
        answer: dict[str, Any] = json.loads(file.read().partition(b"\r\n\r\n")[2])
        return answer


def test_form_arrives_whole(server: Served) -> None:
    echo = told(server, "/echo?q=%d0&x=1", method="POST", body=b"subject=fire")
    assert echo["sha256"] == hashlib.sha256(b"subject=fire").hexdigest()
    assert (echo["REQUEST_METHOD"], echo["QUERY_STRING"]) == ("POST", "q=%d0&x=1")
    assert echo["CONTENT_LENGTH"] == "12"


def test_fifty_megabytes_arrive_whole_and_stay_off_the_heap(server: Served) -> None:
    before = server.workers[0].memory_info().rss
    echo = told(server, "/echo", method="POST", body=UPLOAD * 50)
    assert echo["sha256"] == hashlib.sha256(UPLOAD * 50).hexdigest()
    assert server.workers[0].memory_info().rss - before < 25_000_000


def test_chunked_body_without_length_is_read_and_counted(server: Served) -> None:
    pieces = iter([b"first,", b"second"])
    echo = told(server, "/echo", method="POST", body=pieces, encode_chunked=True)
    assert echo["sha256"] == hashlib.sha256(b"first,second").hexdigest()
    assert echo["CONTENT_LENGTH"] == "12"


def test_too_large_a_body_is_refused_before_it_is_sent(server: Served) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n"
    with closing(raw(server, request)) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_too_large_a_body_without_length_is_refused(server: Served) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with closing(raw(server, request)) as connection:
        answer = b""
        try:
            for _ in range(70):
                connection.sendall(b"100000\r\n" + UPLOAD + b"\r\n")
        except ConnectionError:
            pass
        answer = connection.recv(100)
    assert answer.startswith(b"HTTP/1.1 413")


def test_stalled_uploads_hold_no_thread_and_are_ended(server: Served) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
    with ExitStack() as stack:
        stalled = [stack.enter_context(raw(server, head)) for _ in range(5 * THREADS)]
        assert seconds_of(server, "/echo") < 0.5
        assert all(one.recv(100).startswith(b"HTTP/1.1 408") for one in stalled)


def test_client_that_leaves_in_an_upload_is_forgotten(server: Served) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
    raw(server, head).close()
    assert ask(server, "/echo").status == 200
    assert "Traceback" not in server.log.read_text()


def test_cookies_in_two_headers_are_both_read(server: Served) -> None:
    request = b"GET /echo HTTP/1.0\r\nHost: x\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n"
    assert raw_answer(server, request)["HTTP_COOKIE"] == "a=1; b=2"


def test_headers_with_underscores_are_dropped(server: Served) -> None:
    request = b"GET /echo HTTP/1.0\r\nHost: x\r\nX-Real: 1\r\nX_Real: 2\r\nX_Other: 3\r\n\r\n"
    echo = raw_answer(server, request)
    assert echo["HTTP_X_REAL"] == "1"
    assert "HTTP_X_OTHER" not in echo


def test_what_a_stranger_claims_of_itself_reaches_no_page(server: Served) -> None:
    claims = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "Forwarded": "for=6"}
    echo = told(server, "/echo", headers=claims)
    assert (echo["REMOTE_ADDR"], echo["scheme"]) == ("127.0.0.1", "http")
    assert not [name for name in echo if "FORWARDED" in name]


def test_path_in_cyrillic_and_broken_bytes_arrive_as_wsgi_wants(server: Served) -> None:
    assert told(server, "/%D0%BF%20/")["PATH_INFO"].encode("latin-1").decode() == "/п /"
    assert told(server, "/%ff")["PATH_INFO"] == "/\xff"


def test_head_says_the_length_and_sends_nothing(server: Served) -> None:
    for path in ("/echo", "/file?70000"):
        answer = ask(server, path, method="HEAD")
        assert int(answer.headers["Content-Length"]) > 100
        assert answer.body == b""


def test_two_cookies_are_set(server: Served) -> None:
    assert ask(server, "/cookies").headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_stream_ends_when_its_reader_leaves(server: Served) -> None:
    with closing(raw(server, b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")) as reader:
        assert reader.recv(1000)
        assert json.loads(ask(server, "/streams").body)[1] == 1
    time.sleep(0.3)
    after, still_open = json.loads(ask(server, "/streams").body)
    assert still_open == 0
    time.sleep(0.2)
    assert json.loads(ask(server, "/streams").body)[0] == after


def test_reader_who_stalls_loses_the_stream_and_frees_its_thread(server: Served) -> None:
    with ExitStack() as stack:
        request = b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n"
        stalled = [stack.enter_context(raw(server, request)) for _ in range(THREADS)]
        assert seconds_of(server, "/echo") < 5  # limit of this server: 1 s
        while json.loads(ask(server, "/streams").body)[1]:  # who reads again is no longer stalled
            time.sleep(0.1)
        with stalled[0].makefile("rb") as file:
            rest = file.read(MOST)
        assert len(rest) < MOST
        assert not rest.endswith(b"0\r\n\r\n")  # broken off, not ended


def test_error_before_the_first_byte_is_500_and_logged(server: Served) -> None:
    assert ask(server, "/broken").status == 500
    assert ask(server, "/cut").status == 500
    assert "broken before it began" in server.log.read_text()


def test_error_in_the_middle_breaks_the_answer(server: Served) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(server, "/torn")


def test_file_is_sent_whole_and_to_readers_who_stall_without_a_thread(server: Served) -> None:
    assert ask(server, "/file?3000000").body == bytes(3_000_000)
    request = b"GET /file?60000000 HTTP/1.1\r\nHost: x\r\n\r\n"
    with ExitStack() as stack:
        before = server.workers[0].memory_info().rss
        for _ in range(5 * THREADS):
            stack.enter_context(raw(server, request))
        assert seconds_of(server, "/echo") < 0.5
        time.sleep(1)
        assert server.workers[0].memory_info().rss - before < 50_000_000


def test_threads_are_few_and_live_long(server: Served) -> None:
    names = {told(server, "/echo")["thread"] for _ in range(40)}
    assert len(names) <= THREADS
