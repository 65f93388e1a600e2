"""The load generator: it reads any answer, keeps as many requests in flight as asked for, and keeps time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.core.service import ServiceCause
from bench.execution.load.generator import run, smooth_rate
from bench.execution.load.http_client import BadAnswer, Connection, ask_once, parse_head, unchunked
from bench.execution.load.phase import Phase, PhaseResult
from bench.execution.load.visit import Reference, trouble

DELAY_S = 0.01


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(DELAY_S)
        status = 500 if self.path == "/error" else 200
        self.send_response(status)
        if self.path in ("/chunked", "/trailers"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            trailers = b"X-Sum: 5\r\n" if self.path == "/trailers" else b""
            self.wfile.write(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n" + trailers + b"\r\n")
            return
        if self.path == "/closes":
            self.send_header("Connection", "close")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"abcde")

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def request(path: str) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.mark.parametrize("path", ["/", "/chunked", "/trailers", "/closes"])
def test_an_answer_is_read_however_it_ends(port: int, path: str) -> None:
    assert ask_once(port, request(path).encode(), 5)[::2] == (200, b"abcde")


def test_so_many_are_in_flight_and_answers_are_told_apart(port: int) -> None:
    paths = tuple(map(request, ("/", "/closes", "/error")))
    found = run(Phase(port, paths, in_flight=6, settle_s=0.02, window_s=0.2))
    assert found.mean_s >= DELAY_S
    by_status = {tuple(kind.split("/")[:2]) for kind in found.answers}
    assert by_status == {("0", "200"), ("1", "200"), ("2", "500")}
    assert (found.errors, found.left) == ({}, 0)
    assert found.answered >= 6


def test_by_the_clock_latency_counts_from_when_a_request_was_due(port: int) -> None:
    calm = run(Phase(port, (request("/"),), in_flight=64, rate=50, settle_s=0.0, window_s=0.3, seed=1))
    crowded = run(Phase(port, (request("/"),), in_flight=1, rate=300, settle_s=0.0, window_s=0.3, seed=1))
    assert 3 <= calm.answered <= 40
    assert crowded.mean_s > 2 * calm.mean_s  # one connection does 100 a second at most: the others wait


def test_a_port_that_nobody_listens_on_is_an_error_and_not_an_endless_wait() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        found = run(Phase(door.getsockname()[1], (request("/"),), in_flight=2, window_s=0.1, longest_s=0.2))
    assert found.answered == 0
    assert sum(found.errors.values()) > 0


def test_heads_and_chunks() -> None:
    assert parse_head(b"HTTP/1.1 204 No Content")[:2] == (204, 0)
    assert parse_head(b"HTTP/1.0 200 OK\r\ncontent-length: 7") == (200, 7, True)
    assert unchunked(b"3\r\nab") is None
    for broken in (lambda: parse_head(b"SSH-2.0"), lambda: unchunked(b"zz\r\n")):
        with pytest.raises(BadAnswer):
            broken()


def test_a_connection_that_ends_too_early_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection(server.getsockname()[1])
        other, _ = server.accept()
        other.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        other.close()
        time.sleep(0.05)
        assert connection.read() is None
        with pytest.raises(BadAnswer, match="in the midst"):
            connection.read()
        connection.socket.close()


def test_the_rate_of_waves_does_not_hang_on_where_the_window_cuts_them() -> None:
    waves = [at * 1_000_000 for at in range(0, 1000, 20) for _ in range(40)]  # 40 each 20 ms: 2,000 a second
    for begin in range(100_000_000, 120_000_000, 3_000_000):
        end = begin + 300_000_000
        assert smooth_rate([at for at in waves if begin <= at < end], begin, end) == pytest.approx(
            2000, rel=0.01
        )


def test_where_no_request_was_due_by_chance_none_was_left_unanswered() -> None:
    reference = Reference(requests=[b""], statuses=[200], digests=[None], alone_s=0.1)
    nothing = PhaseResult(rate=0.0, answered=0)
    assert trouble(nothing, reference, by_clock=True) is None
    assert trouble(nothing, reference, by_clock=False) == (ServiceCause.SILENT, "0 of 0")
    assert trouble(replace(nothing, left=2), reference, by_clock=True) == (ServiceCause.SILENT, "2 of 2")
