"""The HTTP service as a process, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import selectors
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx
import psutil
import pytest

from bench.core.http_answers import AnswerPlan, body, wait

HOST = b"Host: 127.0.0.1\r\n"


@dataclass
class Service:
    """A running service, and what a test asks of it."""

    process: subprocess.Popen[bytes]
    port: int
    control: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def counters(self) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self.control), timeout=30) as door:
            counts: dict[str, Any] = json.loads(door.makefile("rb").readline())
            return counts

    def in_flight(self) -> int:
        self.counters()  # starts a new peak, at the number in flight
        now: int = self.counters()["peak_in_flight"]
        return now

    def connect(self) -> Client:
        return Client(self.port)


class Client:
    """A connection that sends what it is told to and reads one answer at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, *parts: bytes) -> None:
        self.socket.sendall(b"".join(parts))

    def get(self, target: str, *headers: bytes, method: bytes = b"GET", version: bytes = b"1.1") -> None:
        lines = b"".join(header + b"\r\n" for header in headers)
        self.send(method, b" ", target.encode(), b" HTTP/", version, b"\r\n", HOST, lines, b"\r\n")

    def answer(self, bare: bool = False) -> tuple[int, dict[str, str], bytes]:
        line = self.file.readline()
        assert line.startswith(b"HTTP/1.1 "), line
        headers: dict[str, str] = {}
        while (text := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = text.decode().partition(":")
            headers[name.lower()] = value.strip()
        status = int(line.split()[1])
        length = 0 if bare or status == 100 else int(headers["content-length"])
        return status, headers, self.file.read(length)

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        return self.file.read()

    def reset(self) -> None:
        """Close without a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.file.close()
        self.socket.close()


def start() -> Service:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.execution.services.http"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    assert announced["pid"] == process.pid
    return Service(process, announced["port"], announced["control"])


def stop(service: Service) -> int:
    assert service.process.stdin is not None
    assert service.process.stdout is not None
    service.process.stdin.close()
    try:
        return service.process.wait(30)
    finally:
        service.process.kill()
        service.process.stdout.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Service]:
    service = start()
    yield service
    assert stop(service) == 0


@pytest.fixture
def service(shared: Service) -> Iterator[Service]:
    """The shared service; whatever a test does to it, nothing may stay in flight."""
    yield shared
    eventually(lambda: shared.in_flight() == 0)
    with shared.connect() as client:
        client.get("/item/1?size=9")
        assert client.answer()[2] == b"00000001\n"


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


# Ordinary use


def test_an_item_has_its_body(service: Service) -> None:
    with service.connect() as client:
        for size in (0, 1, 8, 9, 10, 1024, 1_000_000):
            client.get(f"/item/42?size={size}")
            status, headers, content = client.answer()
            assert status == 200
            assert headers["connection"] == "keep-alive"
            assert content == body(42, size)


def test_the_largest_body(service: Service) -> None:
    with service.connect() as client:
        client.get(f"/item/99999999?size={16 * 1024 * 1024}")
        assert client.answer()[2] == body(99_999_999, 16 * 1024 * 1024)


def test_httpx(service: Service) -> None:
    with httpx.Client(base_url=service.url, timeout=30) as client:
        for i in range(20):
            answer = client.get(f"/item/{i}", params={"delay": 0.001, "size": 100, "jitter": 0.5, "seed": 3})
            assert answer.status_code == 200
            assert answer.content == body(i, 100)
        posted = client.post("/item/5", params={"size": 10}, content=b"x" * 100_000)
        assert posted.content == body(5, 10)
        chunked = client.post("/item/5", params={"size": 10}, content=iter([b"ab", b"c" * 10_000]))
        assert chunked.content == body(5, 10)
        assert client.head("/item/5?size=77").headers["content-length"] == "77"
        assert client.get("/").status_code == 404
        assert client.get("/item/1?size=-3").text.count("\n") == 1


def test_aiohttp(service: Service) -> None:
    async def run() -> None:
        async with aiohttp.ClientSession() as session:

            async def fetch(i: int) -> None:
                async with session.get(f"{service.url}/item/{i}?delay=0.02&size=64") as answer:
                    assert answer.status == 200
                    assert await answer.read() == body(i, 64)

            await asyncio.gather(*(fetch(i) for i in range(200)))
            async with session.post(f"{service.url}/item/7", data=b"x" * 9000, expect100=True) as answer:
                assert await answer.read() == body(7, 1024)

    asyncio.run(run())


@pytest.mark.parametrize("delay", [0.001, 0.03, 0.1])
def test_an_answer_never_comes_early(service: Service, delay: float) -> None:
    with service.connect() as client:
        for i in range(5):
            begun = time.monotonic()
            client.get(f"/item/{i}?delay={delay}&size=10")
            assert client.answer()[0] == 200
            assert time.monotonic() - begun >= delay


def test_jitter_delays_as_computed(service: Service) -> None:
    plan = AnswerPlan(delay=0.02, jitter=1.0, seed=7)
    waits = [wait(plan, i) for i in range(20)]
    assert len(set(waits)) == 20
    assert all(0 <= seconds <= 0.04 for seconds in waits)
    with service.connect() as client:
        for i, seconds in enumerate(waits):
            begun = time.monotonic()
            client.get(f"/item/{i}?delay=0.02&jitter=1&seed=7&size=10")
            client.answer()
            assert time.monotonic() - begun >= seconds


# The protocol


def test_byte_by_byte(service: Service) -> None:
    with service.connect() as client:
        request = b"POST /item/12?size=20&delay=0.01 HTTP/1.1\r\nX:\r\nContent-Length: 5\r\n\r\nhello"
        for byte in request * 2:
            client.send(bytes([byte]))
            time.sleep(0.0005)
        for _ in range(2):
            assert client.answer()[2] == body(12, 20)


def test_pipelined_requests_are_answered_in_order(service: Service) -> None:
    delays = [0.05, 0, 0.02, 0, 0, 0.01]
    service.counters()
    with service.connect() as client:
        begun = time.monotonic()
        targets = [b"/item/%d?size=30&delay=%g" % (i, delay) for i, delay in enumerate(delays)]
        client.send(*(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n" for target in targets))
        for i in range(len(delays)):
            assert client.answer()[2] == body(i, 30)
        assert time.monotonic() - begun >= sum(delays)  # one begins when the one before is answered
    assert service.counters()["peak_in_flight"] == 1


def test_a_long_pipeline(service: Service) -> None:
    many = 3000
    with service.connect() as client:
        client.send(*(b"GET /item/%d?size=9 HTTP/1.1\r\n\r\n" % i for i in range(many)))
        for i in range(many):
            assert client.answer()[2] == b"%08d\n" % i


def test_pipelined_behind_a_delay_beyond_the_queue(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/0?delay=0.2&size=9")
        for i in range(1, 300):
            client.get(f"/item/{i}?size=9")
        for i in range(300):
            assert client.answer()[2] == b"%08d\n" % i


def test_bodies_are_dropped(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?size=9", b"Content-Length: 300000", method=b"POST")
        for _ in range(30):
            client.send(b"GET /item/2 HTTP/1.1\r\n\r\n".ljust(10_000, b"x"))
        assert client.answer()[2] == b"00000001\n"
        client.get("/item/3?size=9", b"Transfer-Encoding: chunked", method=b"POST")
        client.send(b"5;ext=1\r\nhello\r\n", b"3\r\nabc\r\n", b"0\r\nTrailer: x\r\n\r\n")
        assert client.answer()[2] == b"00000003\n"
        client.get("/item/4?size=9")
        assert client.answer()[2] == b"00000004\n"


def test_bodies_are_bounded(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1", b"Content-Length: 100000000", method=b"POST")
        with contextlib.suppress(ConnectionError):
            for _ in range(40):
                client.send(b"x" * 65536)
        assert client.answer()[0] == 413
        assert client.rest() == b""


def test_head_has_no_body(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?size=500", method=b"HEAD")
        client.get("/nowhere", method=b"HEAD")
        client.get("/item/1?fault=status", method=b"HEAD")
        client.get("/item/1?fault=slow&size=500", method=b"HEAD")
        client.get("/item/2?size=9")
        assert client.answer(bare=True)[1]["content-length"] == "500"
        assert client.answer(bare=True)[0] == 404
        assert client.answer(bare=True)[0] == 500
        assert client.answer(bare=True)[1]["content-length"] == "500"
        assert client.answer()[2] == b"00000002\n"


@pytest.mark.parametrize("delay", [0, 0.02])
def test_connection_close(service: Service, delay: float) -> None:
    with service.connect() as client:
        client.get(f"/item/1?size=100000&delay={delay}", b"Connection: close")
        with contextlib.suppress(ConnectionError):
            client.get("/item/2")  # not answered
        _, headers, content = client.answer()
        assert headers["connection"] == "close"
        assert content == body(1, 100_000)
        with contextlib.suppress(ConnectionResetError):
            assert client.rest() == b""


def test_absolute_form(service: Service) -> None:
    with service.connect() as client:
        client.get(f"{service.url}/item/1?size=9")
        assert client.answer()[2] == b"00000001\n"


def test_http_1_0(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?size=9", b"Connection: keep-alive", version=b"1.0")
        status, headers, content = client.answer()
        assert (status, headers["connection"], content) == (200, "keep-alive", b"00000001\n")
        client.get("/item/2?size=9&delay=0.01", version=b"1.0")
        status, headers, content = client.answer()
        assert (status, headers["connection"], content) == (200, "close", b"00000002\n")
        assert client.rest() == b""


def test_expect_100_continue(service: Service) -> None:
    with service.connect() as client:
        for _ in range(2):
            client.get("/item/1?size=9", b"Content-Length: 5", b"expect: 100-Continue", method=b"POST")
            assert client.answer()[0] == 100
            client.send(b"hello")
            assert client.answer()[2] == b"00000001\n"
        # no leave is given when the body is there already, or cannot be, or to HTTP/1.0
        client.get("/item/2?size=9", b"Expect: 100-continue")
        assert client.answer()[2] == b"00000002\n"
        headers = (b"Content-Length: 5", b"Connection: keep-alive", b"Expect: 100-continue")
        client.get("/item/3?size=9", *headers, method=b"POST", version=b"1.0")
        time.sleep(0.05)
        client.send(b"hello")
        assert client.answer()[2] == b"00000003\n"


def test_expect_100_continue_waits_its_turn(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?size=9&delay=0.1")
        client.get("/item/2?size=9", b"Content-Length: 5", b"Expect: 100-continue", method=b"POST")
        assert client.answer()[2] == b"00000001\n"
        assert client.answer()[0] == 100
        client.send(b"hello")
        assert client.answer()[2] == b"00000002\n"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello, is it HTTP you are looking for?\r\n\r\n",
        b"GET /item/1 HTTP/1.1\r\nbroken header\r\n\r\n",
        b"GET /item/1 HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET /item/1 HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /item/\x001 HTTP/1.1\r\n\r\n",
        b"GET /item/1 HTTP/9.7\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_garbage_gets_400(service: Service, garbage: bytes) -> None:
    with service.connect() as client:
        client.send(garbage)
        status, headers, content = client.answer()
        assert (status, headers["connection"]) == (400, "close")
        assert content.count(b"\n") == 1
        assert client.rest() == b""


def test_garbage_after_a_request_lets_it_be_answered_first(service: Service) -> None:
    with service.connect() as client:
        client.send(b"GET /item/1?size=9&delay=0.05 HTTP/1.1\r\n\r\n\x00garbage" + b"x" * 10_000)
        assert client.answer()[2] == b"00000001\n"
        assert client.answer()[0] == 400
        assert client.rest() == b""


def test_too_large_headers_get_431(service: Service) -> None:
    large = b"X-Large: " + b"x" * 40_000
    with service.connect() as client:  # in one go
        client.get("/item/1", large)
        assert client.answer()[0] == 431
        assert client.rest() == b""
    with service.connect() as client:  # as many small ones
        client.get("/item/1", *(b"X-%d: %s" % (i, b"y" * 50) for i in range(1000)))
        assert client.answer()[0] == 431
    with service.connect() as client:  # as a long address
        client.get("/item/1?" + "x" * 40_000)
        assert client.answer()[0] == 431
    with service.connect() as client:  # never ending, in small pieces
        client.send(b"GET /item/1 HTTP/1.1\r\nX-Large: ")
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                client.send(b"x" * 1000)
                time.sleep(0.0002)
        assert client.answer()[0] == 431
        assert client.rest() == b""
    with service.connect() as client:  # 30 kB are well
        for _ in range(3):
            client.get("/item/1?size=9", b"X-Large: " + b"x" * 30_000)
        for _ in range(3):
            assert client.answer()[2] == b"00000001\n"


@pytest.mark.parametrize("method", [b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE"])
def test_other_methods_get_501(service: Service, method: bytes) -> None:
    with service.connect() as client:
        client.get("/item/1", b"Content-Length: 3", method=method)
        client.send(b"abc")
        assert client.answer()[0] == 501
        client.get("/item/1?size=9")
        assert client.answer()[2] == b"00000001\n"


def test_methods_that_end_the_connection_get_501(service: Service) -> None:
    for line in (b"BREW /item/1", b"CONNECT 127.0.0.1:80"):
        with service.connect() as client:
            client.send(line, b" HTTP/1.1\r\n", HOST, b"\r\n")
            status, headers, _ = client.answer()
            assert (status, headers["connection"]) == (501, "close")
            assert client.rest() == b""


def test_an_upgrade_is_not_taken(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?size=9&delay=0.01", b"Upgrade: h2c", b"Connection: Upgrade")
        status, headers, content = client.answer()
        assert (status, headers["connection"], content) == (200, "close", b"00000001\n")
        assert client.rest() == b""


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/", 404),
        ("/items", 404),
        ("/item/x", 400),
        ("/item/1?delay=60.5", 400),
        ("/item/1?delay=nan", 400),
        ("/item/1?size=16777217", 400),
        ("/item/1?jitter=2", 400),
        ("/item/1?seed=x", 400),
        ("/item/1?fault=unheard-of", 400),
        ("/item/1?typo=1", 400),
        ("/item/1?fault=%0d%0aSet-Cookie:a", 400),
    ],
)
def test_refusals_keep_the_connection(service: Service, target: str, status: int) -> None:
    with service.connect() as client:
        for _ in range(2):
            client.get(target)
            got, _, content = client.answer()
            assert got == status
            assert content.endswith(b"\n")
            assert content.count(b"\n") == 1


# Clients that leave, and clients that do not read


@pytest.mark.parametrize("farewell", ["close", "reset", "half"])
def test_hanging_up_during_the_delay_cancels_it(service: Service, farewell: str) -> None:
    before = service.counters()["requests"]
    clients = [service.connect() for _ in range(10)]
    for i, client in enumerate(clients):
        client.get(f"/item/{i}?delay=60")
        client.get(f"/item/{i}?delay=60")  # queued behind it, never begun
    eventually(lambda: service.in_flight() == 10)
    for client in clients:
        if farewell == "reset":
            client.reset()
        elif farewell == "half":
            client.socket.shutdown(socket.SHUT_WR)
        else:
            client.__exit__()
    eventually(lambda: service.in_flight() == 0)
    assert service.counters()["requests"] == before + 10
    for client in clients:
        client.__exit__()


def test_hanging_up_during_a_slow_answer(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?delay=60&fault=slow")
        assert client.file.readline().startswith(b"HTTP/1.1 200")
        assert service.in_flight() == 1
        client.reset()
    eventually(lambda: service.in_flight() == 0)


@pytest.mark.parametrize(
    "part", [b"", b"GE", b"GET /item/1 HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"]
)
def test_hanging_up_in_mid_request(service: Service, part: bytes) -> None:
    before = service.counters()
    for farewell in (Client.__exit__, Client.reset):
        client = service.connect()
        client.send(part)
        farewell(client)
    eventually(lambda: service.counters()["connections"] == before["connections"] + 2)
    assert service.counters()["requests"] == before["requests"]
    assert service.in_flight() == 0


def test_hanging_up_in_mid_answer(service: Service) -> None:
    for _ in range(5):
        client = service.connect()
        for i in range(20):
            client.get(f"/item/{i}?size=4000000")
        client.file.read(10)
        client.reset()
    eventually(lambda: service.in_flight() == 0)


def test_a_client_that_does_not_read_costs_no_memory(service: Service) -> None:
    memory = psutil.Process(service.process.pid)
    size, many = 4_000_000, 60
    before = service.counters()["requests"]
    rss = memory.memory_info().rss
    with service.connect() as client:
        for i in range(many):
            client.get(f"/item/{i}?size={size}")
        eventually(lambda: service.counters()["requests"] > before)
        time.sleep(0.3)
        begun = service.counters()["requests"] - before
        assert begun < 10  # the buffers of two sockets hold a few megabytes
        assert memory.memory_info().rss - rss < 10 * size
        for i in range(many):  # and when it reads at last, it gets everything
            assert client.answer()[2] == body(i, size)
    assert service.counters()["requests"] - before == many


def test_a_client_that_only_sends_is_held_back(service: Service) -> None:
    before = service.counters()["requests"]
    request = b"GET /item/1?size=100000 HTTP/1.1\r\n\r\n"
    with service.connect() as client:
        client.socket.setblocking(False)
        sent = 0
        stuck = 0
        while stuck < 20 and sent < 64_000_000:
            try:
                sent += client.socket.send(request * 1000)
                stuck = 0
            except BlockingIOError:
                stuck += 1
                time.sleep(0.02)
        assert stuck == 20  # the server no longer reads
        assert service.counters()["requests"] - before < 1000
        client.reset()


# Faults


def test_fault_status(service: Service) -> None:
    with service.connect() as client:
        begun = time.monotonic()
        client.get("/item/1?fault=status&delay=0.05")
        assert client.answer()[0] == 500
        assert time.monotonic() - begun >= 0.05
        client.get("/item/1?size=9")
        assert client.answer()[2] == b"00000001\n"


@pytest.mark.parametrize("delay", [0, 0.05])
def test_fault_reset(service: Service, delay: float) -> None:
    with service.connect() as client:
        begun = time.monotonic()
        client.get(f"/item/1?fault=reset&delay={delay}")
        with pytest.raises(ConnectionResetError):
            client.socket.recv(1)
        assert time.monotonic() - begun >= delay


@pytest.mark.parametrize("size", [0, 3, 1000])
def test_fault_slow(service: Service, size: int) -> None:
    with service.connect() as client:
        begun = time.monotonic()
        client.get(f"/item/1?fault=slow&delay=0.1&size={size}")
        client.get("/item/2?size=9")
        assert client.answer()[2] == body(1, size)
        assert time.monotonic() - begun >= 0.1
        assert client.answer()[2] == b"00000002\n"


def test_fault_slow_comes_in_pieces(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?fault=slow&delay=0.4&size=1000")
        while client.file.readline() != b"\r\n":
            pass
        pieces: list[bytes] = []
        while sum(len(piece) for piece in pieces) < 1000:
            pieces.append(client.file.read1())
        assert b"".join(pieces) == body(1, 1000)
        assert len(pieces) > 1


@pytest.mark.parametrize("delay", [0, 0.05])
def test_fault_truncated(service: Service, delay: float) -> None:
    with service.connect() as client:
        client.get(f"/item/1?fault=truncated&size=1000&delay={delay}")
        _, headers, content = client.answer()
        assert headers["content-length"] == "1000"
        assert content == body(1, 500)
        assert client.rest() == b""


def test_fault_garbage(service: Service) -> None:
    with service.connect() as client:
        client.get("/item/1?fault=garbage&delay=0.02")
        content = client.rest()
        assert content
        assert b"HTTP/1" not in content


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("reset", httpx.ReadError),
        ("truncated", httpx.RemoteProtocolError),
        ("garbage", httpx.RemoteProtocolError),
        ("slow", httpx.ReadTimeout),
    ],
)
def test_faults_as_httpx_sees_them(service: Service, fault: str, what: type[Exception]) -> None:
    delay, patience = (60, 0.3) if fault == "slow" else (0.01, 30)
    timeout = httpx.Timeout(30, read=patience)
    with httpx.Client(base_url=service.url, timeout=timeout) as client, pytest.raises(what):
        client.get("/item/1", params={"fault": fault, "delay": delay})


# Counters, and the end


def test_counters(service: Service) -> None:
    before = service.counters()
    clients = [service.connect() for _ in range(50)]
    for i, client in enumerate(clients):
        client.get(f"/item/{i}?delay=0.2&size=9")
    for i, client in enumerate(clients):
        assert client.answer()[2] == b"%08d\n" % i
    after = service.counters()
    assert after["connections"] - before["connections"] == 50
    assert after["requests"] - before["requests"] == 50
    assert 1 < after["peak_in_flight"] <= 50
    assert after["cpu_s"] >= before["cpu_s"]
    for client in clients:
        client.get("/item/1?size=9")
        client.answer()
        client.__exit__()
    again = service.counters()
    assert again["connections"] == after["connections"]
    assert again["requests"] - after["requests"] == 50
    assert again["peak_in_flight"] == 1  # one at a time


def test_peak_in_flight(service: Service) -> None:
    service.counters()
    clients = [service.connect() for _ in range(30)]
    for client in clients:
        client.get("/item/1?delay=60")
    eventually(lambda: service.in_flight() == 30)
    for client in clients[:10]:
        client.reset()
    eventually(lambda: service.in_flight() == 20)
    for client in clients:
        client.__exit__()


def test_it_ends_when_standard_input_closes() -> None:
    service = start()
    with service.connect() as client:
        client.get("/item/1?delay=60")
        eventually(lambda: service.in_flight() == 1)
        assert stop(service) == 0  # whoever waits


def test_it_ends_on_sigterm() -> None:
    service = start()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(30) in (0, -signal.SIGTERM)
    stop(service)


def test_it_says_nothing_on_standard_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-m", "bench.execution.services.http"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["port"]
    for query in ("", "fault=reset", "fault=truncated", "delay=0.01&fault=garbage", "fault=slow"):
        with Client(port) as client:
            client.get(f"/item/1?{query}", b"Connection: close")
            with contextlib.suppress(ConnectionResetError):
                client.rest()
    with Client(port) as client:
        client.send(*(b"GET /item/%d?size=1000000 HTTP/1.1\r\n\r\n" % i for i in range(50)))
        client.file.read(10)
        client.reset()
    with Client(port) as client:
        client.send(b"\x00" * 100)
        client.answer()
    _, said = process.communicate(timeout=30)
    assert b"Traceback" not in said
    assert b"exception" not in said


def delayed(service: Service, in_flight: int, delay: float, seconds: float) -> tuple[float, float]:
    """Median seconds by which answers come late, from outside; mean seconds by the server's own account."""
    request = b"GET /item/1?delay=%f&size=9 HTTP/1.1\r\n%s\r\n" % (delay, HOST)
    clients = [service.connect() for _ in range(in_flight)]
    by_descriptor = {client.socket.fileno(): client.socket for client in clients}
    before, sent, late = service.counters(), {}, []
    with selectors.DefaultSelector() as selector:
        for door in by_descriptor.values():
            selector.register(door, selectors.EVENT_READ)
            sent[door.fileno()] = time.perf_counter()
            door.sendall(request)
            time.sleep(delay / in_flight)  # not all at once
        end = time.perf_counter() + seconds
        while sent:
            for key, _ in selector.select():
                key.fileobj.recv(65536)
                now = time.perf_counter()
                late.append(now - sent.pop(key.fd) - delay)
                if now < end:
                    sent[key.fd] = time.perf_counter()
                    key.fileobj.sendall(request)
    after = service.counters()
    for client in clients:
        client.reset()
    return statistics.median(late), (after["late_s"] - before["late_s"]) / len(late)


@pytest.mark.alone
@pytest.mark.parametrize(("in_flight", "delay"), [(1, 0.002), (16, 0.005), (64, 0.025), (256, 0.1)])
def test_delays_are_exact_at_every_load(service: Service, in_flight: int, delay: float) -> None:
    """Timers that round up to milliseconds are half of one late on average, and more with more in flight."""
    assert any(
        outside < 0.0004 and inside < 0.0002
        for outside, inside in (delayed(service, in_flight, delay, 0.7) for _ in range(5))
    )
