"""The embedded MongoDB as a process, with the drivers that are measured against it, and with none at all."""

import asyncio
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bson
import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

ROOT = Path(__file__).parents[2]
TIMEOUT: dict[str, Any] = {"serverSelectionTimeoutMS": 5000}
DOCUMENTS = 2000


@dataclass
class Service:
    """A running service, and its control door."""

    process: subprocess.Popen[bytes]
    port: int
    control: int

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}"

    def counters(self) -> dict[str, float]:
        with socket.create_connection(("127.0.0.1", self.control), timeout=5) as door:
            counters: dict[str, float] = json.loads(door.makefile().readline())
            return counters

    def requests(self) -> float:
        return self.counters()["requests"]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.connect() as client:
            client.sendall(message(command))
            return receive(client)[1]

    def is_well(self) -> bool:
        return bool(self.ask({"ping": 1, "$db": "admin"})["ok"] == 1)


@contextmanager
def running() -> Iterator[Service]:
    """A service that ends well when its standard input closes, and has said nothing on standard error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.execution.services.mongo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    try:
        said = json.loads(process.stdout.readline())
        assert said["pid"] == process.pid
        yield Service(process, said["port"], said["control"])
        process.stdin.close()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Service]:
    with running() as service:
        yield service


@pytest.fixture
def service(shared: Service) -> Iterator[Service]:
    """The shared service, empty; whatever a test does to it, it stays well and nothing stays in flight."""
    yield shared
    assert in_flight_soon(shared, 0)
    for database in ("bench", "x"):
        assert shared.ask({"dropDatabase": 1, "$db": database})["ok"] == 1


@pytest.fixture
def client(service: Service) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient(service.uri, **TIMEOUT) as client:
        yield client


def message(command: dict[str, Any], request: int = 1, flags: int = 0) -> bytes:
    body = struct.pack("<I", flags) + b"\x00" + bson.encode(command)
    return struct.pack("<iiii", 16 + len(body), request, 0, 2013) + body


def exactly(client: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = client.recv(size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


def receive(client: socket.socket) -> tuple[int, dict[str, Any]]:
    """Which request was answered, and how."""
    length, _, request, _ = struct.unpack("<iiii", exactly(client, 16))
    return request, bson.decode(exactly(client, length - 16)[5:])


def is_hung_up(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def documents() -> list[dict[str, Any]]:
    return [{"_id": n, "group": n % 100, "score": n % 37, "name": f"n{n}"} for n in range(DOCUMENTS)]


QUERY = {"group": 7, "score": {"$gte": 10}}
PROJECTION = {"score": 1}


def expected() -> list[dict[str, Any]]:
    found = [d for d in documents() if d["group"] == 7 and d["score"] >= 10]
    found.sort(key=lambda d: -d["score"])
    return [{"_id": d["_id"], "score": d["score"]} for d in found[:10]]


def test_pymongo(client: MongoClient[dict[str, Any]]) -> None:
    things = client["bench"]["things"]
    assert len(things.insert_many(documents()).inserted_ids) == DOCUMENTS
    assert things.create_index("group") == "group_1"
    assert things.find_one({"_id": 77}) == documents()[77]
    assert things.find_one({"_id": -1}) is None
    assert list(things.find(QUERY, PROJECTION).sort("score", -1).limit(10)) == expected()
    assert [d["_id"] for d in things.find({}, batch_size=150)] == list(range(DOCUMENTS))
    assert len(list(things.find({}))) == DOCUMENTS
    assert len(list(things.find({}, batch_size=150).limit(400))) == 400
    assert len(list(things.find({}).skip(1990))) == 10
    with pytest.raises(DuplicateKeyError):
        things.insert_one({"_id": 77})
    with pytest.raises(BulkWriteError) as raised:
        things.insert_many([{"_id": "new"}, {"_id": 77}, {"_id": "newer"}], ordered=False)
    assert raised.value.details["nInserted"] == 2
    assert things.update_one({"_id": 77}, {"$set": {"group": "moved"}}).modified_count == 1
    assert things.update_many({"group": 3}, {"$inc": {"score": 1}}).matched_count == 20
    assert things.replace_one({"_id": "up"}, {"group": "up"}, upsert=True).upserted_id == "up"
    assert [d["_id"] for d in things.find({"group": "moved"})] == [77]
    assert things.delete_one({"_id": 77}).deleted_count == 1
    assert things.delete_many({"group": 3}).deleted_count == 20
    assert things.find_one({"group": "moved"}) is None
    with pytest.raises(OperationFailure) as failed:
        client["bench"].command("nonsense")
    assert failed.value.code == 59
    things.drop()
    assert things.find_one() is None
    things.insert_one({"_id": 1})
    client.drop_database("bench")
    assert things.find_one() is None


def test_pymongo_closes_cursors_and_writes_without_an_answer(client: MongoClient[dict[str, Any]]) -> None:
    things = client["bench"]["things"]
    things.insert_many(documents())
    cursor = things.find({}, batch_size=10)
    next(cursor)
    cursor.close()
    silent = things.with_options(write_concern=things.write_concern.__class__(w=0))
    silent.insert_one({"_id": "silent"})
    deadline = time.monotonic() + 10
    while things.find_one({"_id": "silent"}) is None:
        assert time.monotonic() < deadline


def test_booleans_and_lists(client: MongoClient[dict[str, Any]]) -> None:
    things = client["bench"]["things"]
    things.create_index("a")
    things.insert_many([{"_id": n, "a": a} for n, a in enumerate([1, True, 1.0, [1, 5], [True], {"b": 1}])])
    assert [d["_id"] for d in things.find({"a": 1})] == [0, 2, 3]
    assert [d["_id"] for d in things.find({"a": True})] == [1, 4]
    assert [d["_id"] for d in things.find({"a": 5})] == [3]
    assert [d["_id"] for d in things.find({"a": [1, 5]})] == [3]
    assert [d["_id"] for d in things.find({"a": {"b": 1}})] == [5]
    assert [d["_id"] for d in things.find({"a": {"$in": [5, {"b": 1}]}})] == [3, 5]


@pytest.mark.parametrize("make", [AsyncMongoClient, AsyncIOMotorClient])
def test_async_drivers(service: Service, make: Any) -> None:
    async def talk() -> None:
        client = make(service.uri, **TIMEOUT)
        try:
            things = client["bench"]["things"]
            assert len((await things.insert_many(documents())).inserted_ids) == DOCUMENTS
            assert await things.create_index("group") == "group_1"
            assert await things.find_one({"_id": 77}) == documents()[77]
            found = await things.find(QUERY, PROJECTION).sort("score", -1).limit(10).to_list(None)
            assert found == expected()
            seen = [d["_id"] async for d in things.find({}, batch_size=150)]
            assert seen == list(range(DOCUMENTS))
            with pytest.raises(DuplicateKeyError):
                await things.insert_one({"_id": 77})
            with pytest.raises(OperationFailure):
                await client["bench"].command("nonsense")
            assert (await things.update_one({"_id": 1}, {"$set": {"a": 1}})).modified_count == 1
            assert (await things.delete_many({"group": 3})).deleted_count == 20
            many = await asyncio.gather(*(things.find_one({"_id": 100 * n}) for n in range(1, 20)))
            assert [d["_id"] for d in many] == [100 * n for n in range(1, 20)]
            start = time.perf_counter()
            await things.find_one({"_id": 1}, comment={"delay_ms": 50})
            assert time.perf_counter() - start >= 0.05
            await things.drop()
            await client.drop_database("bench")
        finally:
            closing = client.close()
            if closing is not None:
                await closing

    asyncio.run(talk())


def test_a_delay_is_never_early(client: MongoClient[dict[str, Any]]) -> None:
    things = client["bench"]["things"]
    things.insert_one({"_id": 1})

    def find(delay: float) -> float:
        start = time.perf_counter()
        assert things.find_one({"_id": 1}, comment={"delay_ms": delay})
        return (time.perf_counter() - start) * 1e3

    delays = [5, 10.5, 20, 33.3] * 20
    with ThreadPoolExecutor(8) as pool:
        assert all(took >= delay for took, delay in zip(pool.map(find, delays), delays, strict=True))


@pytest.mark.parametrize("delay", [-5, 0, "5", float("nan"), None, [1]])
def test_what_is_no_delay(client: MongoClient[dict[str, Any]], delay: Any) -> None:
    things = client["bench"]["things"]
    things.insert_one({"_id": 1}, comment={"delay_ms": 1e9})  # finds only
    assert things.find_one({"_id": 1}, comment={"delay_ms": delay})
    assert things.find_one({"_id": 1}, comment="a comment")


def test_counters(service: Service, client: MongoClient[dict[str, Any]]) -> None:
    start = service.counters()
    client.admin.command("ping")
    assert service.counters()["connections"] == start["connections"]
    things = client["bench"]["things"]
    things.insert_many(documents())
    before = service.counters()
    assert before["connections"] == start["connections"] + 1
    assert before["requests"] == start["requests"]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: things.find_one({"_id": n}, comment={"delay_ms": 700}), range(16)))
    after = service.counters()
    assert after["connections"] == start["connections"] + 16
    assert after["requests"] == start["requests"] + 16
    assert after["peak_in_flight"] == 16
    assert len(list(things.find({}, batch_size=500))) == DOCUMENTS
    last = service.counters()
    assert last["requests"] == after["requests"] + 4
    assert last["peak_in_flight"] == 1
    assert last["cpu_s"] > start["cpu_s"]


def in_flight_soon(service: Service, wanted: int) -> bool:
    """The peak since it was last read: what is in flight, once nothing comes or goes."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if service.counters()["peak_in_flight"] == wanted:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("half", [False, True])
def test_a_client_that_hangs_up_while_it_waits(service: Service, half: bool) -> None:
    before = service.requests()
    with service.connect() as client:
        client.sendall(message({"find": "c", "comment": {"delay_ms": 50_000}, "$db": "x"}))
        assert in_flight_soon(service, 1)
        if half:
            client.shutdown(socket.SHUT_WR)
            assert is_hung_up(client)
    assert in_flight_soon(service, 0)
    assert service.is_well()
    assert service.requests() == before + 1


def test_the_end_of_a_wait_in_vain_is_not_counted_again(service: Service) -> None:
    with service.connect() as client:
        client.sendall(message({"find": "c", "comment": {"delay_ms": 200}, "$db": "x"}))
        assert in_flight_soon(service, 1)
    time.sleep(0.4)
    service.counters()
    assert service.counters()["peak_in_flight"] == 0


def test_answers_come_in_the_order_of_the_requests(service: Service) -> None:
    with service.connect() as client:
        commands: list[dict[str, Any]] = [
            {"find": "c", "comment": {"delay_ms": 60 - 20 * n}, "$db": "x"} for n in range(3)
        ]
        commands.append({"ping": 1})
        start = time.perf_counter()
        client.sendall(b"".join(message(command, n) for n, command in enumerate(commands)))
        assert [receive(client)[0] for _ in range(4)] == [0, 1, 2, 3]
        assert time.perf_counter() - start >= 0.1


def test_a_silent_request_gets_no_answer(service: Service) -> None:
    with service.connect() as client:
        client.sendall(message({"insert": "c", "documents": [{"_id": 1}], "$db": "x"}, 1, flags=2))
        client.sendall(message({"find": "c", "comment": {"delay_ms": 50_000}, "$db": "x"}, 2, flags=2))
        client.sendall(message({"find": "c", "$db": "x"}, 3))
        request, answer = receive(client)
        assert (request, answer["cursor"]["firstBatch"]) == (3, [{"_id": 1}])


def test_byte_by_byte(service: Service) -> None:
    with service.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in message({"ping": 1, "$db": "x"}) * 2:
            client.sendall(bytes([byte]))
        assert receive(client)[1] == receive(client)[1] == {"ok": 1.0}


def test_the_legacy_handshake(service: Service) -> None:
    body = struct.pack("<i", 0) + b"admin.$cmd\x00" + struct.pack("<ii", 0, -1) + bson.encode({"ismaster": 1})
    with service.connect() as client:
        client.sendall(struct.pack("<iiii", 16 + len(body), 5, 0, 2004) + body)
        length, _, request, opcode = struct.unpack("<iiii", exactly(client, 16))
        assert (request, opcode) == (5, 1)
        assert bson.decode(exactly(client, length - 16)[20:])["maxWireVersion"] == 21


def nested(depth: int) -> bytes:
    heads = [struct.pack("<i", 5 + 8 * level) + b"\x03a\x00" for level in range(depth, 0, -1)]
    document = b"".join(heads) + b"\x05\x00\x00\x00\x00" + b"\x00" * depth
    return struct.pack("<iiiiIb", 21 + len(document), 1, 0, 2013, 0, 0) + document


@pytest.mark.parametrize(
    "bad",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\xff" * 100,
        b"\x00" * 100,
        struct.pack("<iiii", 2**31 - 1, 1, 0, 2013),
        struct.pack("<iiii", 16, 1, 0, 2013),
        struct.pack("<iiii", -5, 1, 0, 2013),
        struct.pack("<iiiiI", 20, 1, 0, 2013, 0),
        struct.pack("<iiii", 20, 1, 0, 2012) + b"abcd",
        message({"ping": 1})[:-1] + b"\x01",
        message({"ping": 1}, flags=8),
        nested(200_000),
    ],
)
def test_garbage_is_hung_up_on_after_what_came_before_it(service: Service, bad: bytes) -> None:
    with service.connect() as client:
        client.sendall(message({"ping": 1}, 3) + bad)
        assert receive(client) == (3, {"ok": 1.0})
        assert is_hung_up(client)
    assert service.is_well()


def test_depth_that_can_be_read_does_no_harm(service: Service) -> None:
    query: dict[str, Any] = {"a": 1}
    for _ in range(150):
        query = {"$and": [query]}
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    with service.connect() as client:
        client.sendall(message({"insert": "c", "documents": [{"_id": 1, "a": deep}], "$db": "x"}))
        client.sendall(message({"find": "c", "filter": query, "$db": "x"}))
        client.sendall(message({"find": "c", "$db": "x"}))
        for _ in range(3):
            assert "ok" in receive(client)[1]
    assert service.is_well()


@pytest.mark.parametrize("cut", [1, 4, 15, 20, 30, -1])
def test_a_client_that_goes_in_the_middle(service: Service, cut: int) -> None:
    before = service.requests()
    whole = message({"find": "c", "filter": {"a": 1}, "$db": "x"})
    with service.connect() as client:
        client.sendall(whole[:cut])
    assert service.is_well()
    assert service.requests() == before


def test_a_client_that_does_not_read(service: Service) -> None:
    asked = 300
    before = service.requests()
    with service.connect() as client:
        client.sendall(message({"insert": "c", "documents": [{"_id": 1, "a": "x" * 200_000}], "$db": "x"}))
        receive(client)
        find = {"find": "c", "filter": {"_id": 1, "pad": None}, "note": "y" * 10_000, "$db": "x"}
        sender = threading.Thread(
            target=lambda: client.sendall(b"".join(message(find, n) for n in range(asked)))
        )
        sender.start()
        served = -1.0
        while served < (now := service.requests() - before) or not now:
            served = now
            time.sleep(0.3)
        assert served < asked  # held up, as nothing is read
        assert service.is_well()  # and nobody else is
        assert [receive(client)[0] for _ in range(asked)] == list(range(asked))
        sender.join()
    assert service.requests() == before + asked


def test_it_ends_when_standard_input_closes() -> None:
    with running() as service, service.connect() as client:
        client.sendall(message({"find": "c", "comment": {"delay_ms": 50_000}, "$db": "x"}))
        assert in_flight_soon(service, 1)
        assert service.process.stdin
        service.process.stdin.close()
        assert service.process.wait(10) == 0
        assert is_hung_up(client)
