"""A server that dies, stands still or answers rubbish voids the cells that needed it; a stalled server is never
measured as a slow client."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.core.code_loading import load_file
from bench.core.observation import Failure, Observation
from bench.core.workload import Workload
from bench.environment.mongo_client import client_of
from bench.execution.cell import run_cell
from bench.execution.session import Session
from bench.storage.run_folder import load_run
from bench.worker.request import Request
from bench.worker.services import Reading
from tests.faults.conftest import Lab, Record
from tests.mongods import installed_mongod
from workloads.http_fetch import Aiohttp, Httpx
from workloads.mongo import Motor, Pymongo

FAULTY = load_file(Path(__file__).with_name("faulty.py"))
PATIENCE_S = 45.0
SOON_S = 20.0  # less than the 30 s that a client waits for an answer
LONG = 400  # tasks of 20 ms: no batch that ends by itself while the server is tampered with

KILLED, STOPPED = "was killed by SIGKILL", "is stopped (SIGSTOP)"
CHOSEN = ("-w", "http", "--client", "httpx", "-w", "sleep", "-r", "threading", "-r", "sync")

Act = Callable[[psutil.Process], object]


def process_of(session: Session, name: str) -> psutil.Process:
    """The server's process, found by the port that it listens on."""
    address = session.services.running[name].address
    if "pid" in address:
        return psutil.Process(int(address["pid"]))
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if f"bench.execution.services.{name}" in process.cmdline():
                ports = [each.laddr.port for each in process.net_connections() if each.status == "LISTEN"]
                if address["control"] in ports:
                    return process
    raise AssertionError(f"{name} does not run")


@contextlib.contextmanager
def in_mid_batch(session: Session, name: str, act: Act) -> Iterator[None]:
    """Do something to the server once it has answered some tens of requests of what is measured within."""
    (address,) = session.services.addresses((name,)).values()
    process = process_of(session, name)
    over = threading.Event()

    def requests() -> int:
        with socket.create_connection(("127.0.0.1", int(address["control"])), timeout=10) as door:
            return int(json.loads(door.makefile().readline())["requests"])

    def watch() -> None:
        if "control" in address:
            before = requests()
            while not over.wait(0.02) and requests() < before + 30:
                pass
        else:
            over.wait(2.5)  # a mongod does not tell
        act(process)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def measure(
    lab: Lab, session: Session, workload: Workload, runner: str, n: int = 12, timeout: float = PATIENCE_S
) -> Record:
    cell = lab.cell(workload, runner, concurrency=1 if runner == "sync" else 4, n=n)
    record = session.measure(workload, cell, 0, timeout=timeout)
    assert lab.left_over() == []
    return record


def kill(process: psutil.Process) -> None:
    process.kill()


def stop(process: psutil.Process) -> None:
    process.suspend()


def stop_for_a_second(process: psutil.Process) -> None:
    process.suspend()
    time.sleep(1)
    process.resume()


# Those of this package


@pytest.mark.parametrize(
    ("workload", "runner", "act", "words"),
    [
        pytest.param(Httpx(), "sync", kill, KILLED, id="httpx sync killed"),
        pytest.param(Aiohttp(), "asyncio", kill, KILLED, id="aiohttp asyncio killed", marks=pytest.mark.full),
        pytest.param(
            Pymongo(), "threading", kill, KILLED, id="pymongo threading killed", marks=pytest.mark.full
        ),
        pytest.param(
            Httpx(),
            "multiprocessing",
            stop,
            STOPPED,
            id="httpx multiprocessing stopped",
            marks=pytest.mark.full,
        ),
        pytest.param(Motor(), "asyncio", stop, STOPPED, id="motor asyncio stopped"),
    ],
)
def test_a_server_that_is_gone_in_mid_batch_voids_the_cell_and_comes_once_more(
    lab: Lab, session: Session, workload: Workload, runner: str, act: Act, words: str
) -> None:
    (name,) = workload.services
    with in_mid_batch(session, name, act):
        began = time.monotonic()
        record = measure(lab, session, workload, runner, n=LONG * (1 if runner == "sync" else 4))
    assert isinstance(record, Failure), record
    assert record.stage == "batch"
    assert record.reason.startswith(f"the {name} server {words}")
    assert time.monotonic() - began < SOON_S + LONG * 0.02
    again = measure(lab, session, workload, runner)
    assert isinstance(again, Observation), again


def test_a_server_that_is_gone_twice_is_not_available_any_more(lab: Lab, session: Session) -> None:
    for _ in range(2):
        assert isinstance(measure(lab, session, Httpx(), "sync"), Observation)
        process_of(session, "http").kill()
    label = "the test server of this package, on loopback"
    reasons = [measure(lab, session, Httpx(), "sync") for _ in range(2)]
    assert [record.reason for record in reasons if isinstance(record, Failure)] == [
        f"{label} was killed by SIGKILL, for the second time, and is no longer available",
        f"{label} is no longer available",
    ]
    assert isinstance(measure(lab, session, FAULTY.Faulty(""), "sync"), Observation)


@pytest.mark.parametrize(
    "workload", [Httpx(), pytest.param(Pymongo(), marks=pytest.mark.full)], ids=["http", "mongo"]
)
def test_a_server_that_was_stopped_between_cells_is_replaced_before_the_next(
    lab: Lab, session: Session, workload: Workload
) -> None:
    (name,) = workload.services
    assert isinstance(measure(lab, session, workload, "threading"), Observation)
    first = process_of(session, name)
    first.suspend()
    assert isinstance(measure(lab, session, workload, "threading"), Observation)
    assert not first.is_running()


@pytest.mark.parametrize(
    ("workload", "runner"),
    [(Aiohttp(), "asyncio"), pytest.param(Pymongo(), "threading", marks=pytest.mark.full)],
    ids=["aiohttp", "pymongo"],
)
def test_a_server_that_stood_still_for_a_second_says_so_itself(
    lab: Lab, session: Session, workload: Workload, runner: str
) -> None:
    cell = lab.cell(workload, runner, concurrency=4, n=LONG)
    (name,) = workload.services
    with in_mid_batch(session, name, stop_for_a_second):
        request = Request(0, cell, session.services.addresses((name,)), set_up=True)
        # Without the session's eye on the process, which a shorter stop could escape.
        record = run_cell(request, lab.host, lab.links, lab.watchdog, PATIENCE_S)
    assert isinstance(record, Failure), record
    assert record.stage == "batch"
    assert record.reason.startswith(f"the {name} server stalled for ")
    assert 0.8 < float(record.reason.split()[-2]) < 5
    assert isinstance(measure(lab, session, workload, runner), Observation)


def test_how_long_a_server_may_stand_still_depends_on_the_batch() -> None:
    before = Reading(0.0, refused=0)
    for batch, allowed in ((0.4, 0.25), (4.0, 0.4), (60.0, 0.5)):
        assert Reading(0.1, refused=0, stalled_s=allowed * 0.99).fault(before, batch) == ""
        assert "stalled for" in Reading(0.1, refused=0, stalled_s=allowed * 1.01).fault(before, batch)
    assert Reading(0.1).fault(Reading(0.0), 0.4) == ""  # it does not tell


def test_how_long_it_stood_still_is_in_the_observation(lab: Lab, session: Session) -> None:
    calm = measure(lab, session, Httpx(), "threading")
    assert isinstance(calm, Observation)
    stalled = calm.services["http"].stalled_s
    assert stalled is not None
    assert 0 <= stalled < 0.25


@pytest.mark.full
def test_a_server_that_can_open_no_more_files_says_so(lab: Lab, session: Session) -> None:
    session.services.addresses(("http",))
    process = process_of(session, "http")
    _, most = process.rlimit(psutil.RLIMIT_NOFILE)
    process.rlimit(psutil.RLIMIT_NOFILE, (process.num_fds() + 2, most))
    record = measure(lab, session, Httpx(), "threading", timeout=6)
    assert isinstance(record, Failure)
    assert record.reason.startswith(
        "the http server refused clients: it had too many open files, or no memory; "
    )
    assert isinstance(measure(lab, session, Httpx(), "threading"), Observation)


def test_a_server_that_nobody_answers_for_is_the_cells_failure(lab: Lab, session: Session) -> None:
    session.services.addresses(("http",))
    session.services.running["http"].address["url"] = "http://127.0.0.1:9"  # the discard port: nobody listens
    record = measure(lab, session, Httpx(), "sync")
    assert isinstance(record, Failure)
    assert "ConnectError" in record.reason


FAULTS = {
    "status": ("500",),
    "reset": ("ReadError", "RemoteProtocolError", "ServerDisconnectedError", "ClientOSError"),
    "truncated": ("RemoteProtocolError", "ClientPayloadError"),
    "garbage": ("RemoteProtocolError", "BadHttpMessage", "ClientResponseError", "400"),
}


@pytest.mark.parametrize(("kind", "runner"), [("FaultyHttpx", "threading"), ("FaultyAiohttp", "asyncio")])
@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_is_none_voids_the_cell(
    lab: Lab, session: Session, fault: str, kind: str, runner: str
) -> None:
    record = measure(lab, session, getattr(FAULTY, kind)(fault=fault), runner)
    assert isinstance(record, Failure)
    assert record.stage == "batch"
    assert record.reason.startswith("1 of 12 tasks failed: task 6: ")
    assert any(word in record.reason for word in FAULTS[fault]), record.reason


@pytest.mark.parametrize(("kind", "runner"), [("FaultyHttpx", "threading"), ("FaultyAiohttp", "asyncio")])
def test_an_answer_that_comes_in_drops_is_still_one(
    lab: Lab, session: Session, kind: str, runner: str
) -> None:
    record = measure(lab, session, getattr(FAULTY, kind)(fault="slow", delay=0.05), runner)
    assert isinstance(record, Observation), record


# A real mongod, and one of the user's


@pytest.fixture(scope="module")
def binary() -> str:
    return installed_mongod()


@pytest.fixture
def real(lab: Lab, binary: str) -> Iterator[Session]:
    session = lab.session(mongod=binary)
    yield session
    session.services.close()


@pytest.mark.full
@pytest.mark.parametrize(("act", "words"), [(kill, KILLED), (stop, STOPPED)])
def test_a_mongod_that_is_gone_in_mid_batch_voids_the_cell_and_comes_once_more(
    lab: Lab, real: Session, act: Act, words: str
) -> None:
    workload = Pymongo(delay=0.0, documents=100)
    with in_mid_batch(real, "mongo", act):
        record = measure(lab, real, workload, "threading", n=1_000_000)
    assert isinstance(record, Failure), record
    assert record.reason.startswith(f"the mongo server {words}")
    again = measure(lab, real, workload, "threading")
    assert isinstance(again, Observation), again


@pytest.mark.full
def test_a_users_own_mongodb_is_asked_and_never_started_again(lab: Lab, real: Session) -> None:
    (address,) = real.services.addresses(("mongo",)).values()
    mongod = process_of(real, "mongo")
    session = lab.session(mongo_uri=str(address["uri"]))
    workload = Pymongo(delay=0.0, documents=100)
    assert isinstance(measure(lab, session, workload, "threading"), Observation)
    mongod.suspend()
    try:
        for _ in range(2):
            record = measure(lab, session, workload, "threading")
            assert isinstance(record, Failure)
            assert record.stage == "start"
            assert record.reason.startswith("MongoDB ")
            assert record.reason.endswith(" does not answer")
    finally:
        mongod.resume()
    assert isinstance(measure(lab, session, workload, "threading"), Observation)
    names = client_of(str(address["uri"])).list_database_names()
    session.services.close()
    left = client_of(str(address["uri"])).list_database_names()
    assert len(set(names) - set(left)) == 1  # the harness's own, dropped


# The whole command


@pytest.mark.full
def test_a_run_goes_on_without_a_server_that_will_not_stay(tmp_path: Path) -> None:
    mark = str(tmp_path)
    run: Any = subprocess.Popen(
        [sys.executable, "-m", "bench", "run", *CHOSEN, "-n", "16", "--blocks", "3"],
        cwd=tmp_path,
        env={**os.environ, "BENCH_TEST_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    killed: set[int] = set()
    while run.poll() is None:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if (
                    "bench.execution.services.http" in process.cmdline()
                    and process.environ().get("BENCH_TEST_MARK") == mark
                ):
                    saved = [*tmp_path.glob("reports/2*/observations.jsonl")]
                    if saved and saved[0].read_bytes().count(b"\n") > 3 + 3 * len(killed):
                        killed.add(process.pid)
                        process.send_signal(signal.SIGKILL)
        time.sleep(0.1)
    output, errors = run.communicate(timeout=PATIENCE_S)
    assert run.returncode == 3, errors
    assert "Traceback" not in output + errors
    assert len(killed) == 2
    saved_run = load_run(tmp_path / "reports" / "latest")
    assert saved_run.plan.status == "done"
    assert any("is no longer available" in each.reason for each in saved_run.failures)
    cells = [saved_run.plan.cell[seen.key] for seen in saved_run.observations]
    assert [cell.workload for cell in cells].count("sleep") >= 6
    assert "is no longer available" in (tmp_path / "reports" / "latest" / "report.html").read_text()
