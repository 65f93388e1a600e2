"""Every shipped workload under every runner that can run it, each in a real process."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from bench.core.catalog import WORKLOADS
from bench.core.code_loading import find
from bench.core.cores import usable_cores
from bench.core.observation import Observation
from bench.core.runner import RUNNERS
from bench.core.user_function import Own
from bench.core.workload import Workload
from workloads.blocking import Blocking
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.file import Aiofiles, Open
from workloads.http_fetch import Aiohttp, ClientPerRequest, Httpx
from workloads.mongo import Motor, Pymongo, PymongoAsync
from workloads.null import Null
from workloads.sleep import Sleep
from workloads.sqlite import Aiosqlite, Sqlite3
from workloads.subprocess import Subprocess

Observe = Callable[..., Observation]
SMALL = {
    "seconds": 0.005,
    "delay": 0.005,
    "rounds": 1000,
    "times": 1,
    "size": 1024,
    "documents": 100,
    "rows": 100,
}
HERE = {runner.name: runner.available() for runner in RUNNERS.all}
USUAL = ("sync", "threading", "multiprocessing", "asyncio")
EACH = (Sleep, Httpx, CpuPython)  # with every model; the other workloads with the usual ones, or --full
PAIRS = [(w, r.name) for w in WORKLOADS.all for r in RUNNERS.all if r.flavour in w.flavours]


def absent(kind: type[Workload]) -> list[str]:
    """The modules that it needs and this environment lacks."""
    return [name for name in kind.requires if importlib.util.find_spec(name) is None]


def if_here(kind: type[Workload], runner: str) -> list[pytest.MarkDecorator]:
    """A runner or a client that this environment lacks is skipped, with the reason."""
    lacks = absent(kind)
    reason = f"{runner}: {HERE[runner]}" if HERE[runner] else f"{', '.join(lacks)} is not installed"
    if HERE[runner] or lacks:
        return [pytest.mark.skip(reason=reason)]
    return [] if kind in EACH or runner in USUAL else [pytest.mark.full]


def small(kind: type[Workload]) -> Workload:
    """The workload with little to do."""
    fields = kind.__dataclass_fields__
    params = {name: value for name, value in SMALL.items() if name in fields}
    if fields.get("delay") and fields["delay"].metadata["maximum"] == 0:
        del params["delay"]
    return kind(**params)


@pytest.fixture(scope="module")
def observe_once(observe: Observe) -> Callable[[type[Workload], str], Observation]:
    """What each pair gives, measured once for all that look at it."""
    return cache(lambda kind, runner: observe(small(kind), runner, concurrency=2, n=12, set_up=True))


@pytest.mark.parametrize(
    ("kind", "runner"),
    [pytest.param(w, r, id=f"{w.label()} {r}", marks=if_here(w, r)) for w, r in PAIRS],
)
def test_every_pair_is_measured_and_its_answers_are_right(
    observe_once: Callable[[type[Workload], str], Observation], kind: type[Workload], runner: str
) -> None:
    seen = observe_once(kind, runner)
    assert seen.n == 12
    assert seen.wall_s > 0
    assert sum(seen.latencies.values()) == 12
    assert seen.cpu_s is not None
    assert seen.memory_peak is not None
    assert seen.memory_peak > 5 << 20
    assert seen.gil is not None


@pytest.mark.parametrize(
    "family",
    [
        (Httpx, Aiohttp),
        (Pymongo, PymongoAsync, Motor),
        (CpuPython,),
        (CpuNative,),
        (Null,),
        (Open, Aiofiles),
        (Sqlite3, Aiosqlite),
        (Subprocess,),
    ],
)
def test_every_model_and_client_gives_the_same_answers(
    observe_once: Callable[[type[Workload], str], Observation], family: tuple[type[Workload], ...], full: bool
) -> None:
    digests = {
        (kind.label(), runner.name): observe_once(kind, runner.name).digest
        for kind in family
        for runner in RUNNERS.all
        if runner.flavour in kind.flavours and not HERE[runner.name] and not absent(kind)
        if full or kind in EACH or runner.name in USUAL
    }
    assert len(set(digests.values())) == 1, digests


@pytest.mark.parametrize(
    ("kind", "runner"),
    [
        (Httpx, "threading"),
        (Httpx, "multiprocessing"),
        (Httpx, "asyncio"),
        (Httpx, "asyncio-to-thread"),
        (Aiohttp, "asyncio"),
        (Aiohttp, "processes-asyncio"),
        (Httpx, "processes-threads"),
        (Aiohttp, "threads-asyncio"),
        (Pymongo, "threading"),
        (Pymongo, "multiprocessing"),
        (PymongoAsync, "asyncio"),
        (Motor, "asyncio"),
    ],
)
def test_as_many_requests_are_in_flight_as_were_admitted_over_kept_connections(
    observe: Observe, kind: type[Workload], runner: str
) -> None:
    seen = observe(kind(delay=0.05), runner, concurrency=12, n=48, set_up=True)
    (share,) = seen.services.values()
    assert share.peak_in_flight == 12
    assert share.connections_opened == 0
    assert share.cpu_share is not None
    assert 0 < share.cpu_share < 1


def test_a_client_per_request_opens_a_connection_for_each(observe: Observe) -> None:
    seen = observe(ClientPerRequest(delay=0.0), "sync", concurrency=1, n=5)
    assert seen.services["http"].connections_opened == 5


def test_sync_has_one_task_in_flight(observe: Observe) -> None:
    seen = observe(Sleep(0.01), "sync", concurrency=1, n=10)
    assert seen.latency_sum_s <= seen.wall_s * 1.01
    assert seen.threads_seen == 1


@pytest.mark.parametrize("runner", ["threading", "multiprocessing", "asyncio"])
def test_waiting_overlaps(observe: Observe, runner: str) -> None:
    seen = observe(Sleep(0.05), runner, concurrency=8, n=32)
    assert seen.latency_sum_s / seen.wall_s > 5
    assert seen.threads_seen == (1 if runner == "asyncio" else 8)


def test_a_blocking_call_in_a_coroutine_overlaps_with_nothing(observe: Observe) -> None:
    seen = observe(Blocking(0.01), "asyncio", concurrency=8, n=16)
    assert seen.wall_s >= 16 * 0.01


def test_what_a_task_sleeps_is_blocked(observe: Observe) -> None:
    parts = observe(Sleep(0.05), "threading", concurrency=4, n=16).parts
    assert parts is not None
    assert parts.workers == 4
    assert parts.blocked_s > 0.9 * (parts.on_core_s + parts.blocked_s)


@pytest.mark.alone
def test_two_threads_of_python_share_one_gil(observe: Observe) -> None:
    seen = observe(CpuPython(1_000_000), "threading", concurrency=2, n=16)
    parts = seen.parts
    assert parts is not None
    if not seen.gil:
        pytest.skip("this build has no GIL")
    whole = parts.on_core_s + parts.waiting_s + parts.blocked_s
    assert 0.3 < (parts.blocked_s + parts.waiting_s) / whole < 0.7
    assert seen.cpu_s is not None
    assert seen.cpu_s / seen.wall_s < 1.25


def test_two_threads_of_c_do_not_wait_for_each_other(observe: Observe) -> None:
    parts = observe(CpuNative(times=40), "threading", concurrency=2, n=16).parts
    assert parts is not None
    assert parts.blocked_s < 0.15 * (parts.on_core_s + parts.waiting_s + parts.blocked_s)


def test_processes_are_named_and_their_memory_counted(observe: Observe) -> None:
    one = observe(Null(), "multiprocessing", concurrency=1, n=4)
    four = observe(Null(), "multiprocessing", concurrency=4, n=4)
    assert four.start_method == "forkserver"
    assert four.memory_peak is not None
    assert one.memory_peak is not None
    assert four.memory_peak > one.memory_peak


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_a_start_method_can_be_named_with_the_model(observe: Observe, method: str) -> None:
    seen = observe(Sleep(0.02), f"multiprocessing[{method}]", concurrency=2, n=8)
    assert seen.start_method == method
    assert seen.threads_seen == 2


def test_the_loop_and_the_client_are_named(observe: Observe) -> None:
    seen = observe(Aiohttp(delay=0.0), "asyncio")
    assert "EventLoop" in str(seen.loop)
    assert seen.client_version
    assert seen.client_extension is True


def test_the_window_has_consecutive_spans_by_start(observe: Observe) -> None:
    window = observe(Sleep(0.002), "threading", concurrency=2, n=40, window=30).window
    assert window is not None
    assert len(window.start_us) == len(window.length_us) == len(window.worker) == 30
    assert window.start_us == sorted(window.start_us)
    assert window.start_us[0] == 0
    assert set(window.worker) == {0, 1}
    assert observe(Sleep(0.002), "threading", n=4).window is None


@pytest.mark.alone
def test_a_loop_in_each_core_computes_in_parallel_and_a_loop_alone_does_not(observe: Observe) -> None:
    alone = observe(CpuPython(rounds=400_000), "asyncio", n=16)
    several = observe(CpuPython(rounds=400_000), "processes-asyncio", n=16)
    assert alone.digest == several.digest
    assert several.threads_seen == 2
    # Tasks under way at the same time, which a busy machine does not change.
    assert alone.latency_sum_s / alone.wall_s < 1.2
    assert several.latency_sum_s / several.wall_s > 1.5


def test_a_blocking_call_that_is_handed_to_a_thread_overlaps(observe: Observe) -> None:
    seen = observe(Sleep(seconds=0.02), "asyncio-to-thread", concurrency=8, n=64)
    assert seen.latency_sum_s / seen.wall_s > 4
    assert seen.threads_seen == 8


@pytest.mark.parametrize("runner", ["processes-threads", "threads-asyncio", "processes-asyncio"])
def test_a_worker_for_each_core_has_its_share_of_the_tasks(observe: Observe, runner: str) -> None:
    """Whatever the model, the results are those of a plain loop."""
    seen = observe(Sleep(0.05), runner, concurrency=8, n=32)
    assert seen.digest == observe(Sleep(0.05), "sync", concurrency=1, n=32).digest
    assert seen.threads_seen == (8 if runner == "processes-threads" else min(usable_cores(), 8))
    assert seen.wall_s < 32 * 0.05 / 2
    due = observe(Sleep(0.005), runner, concurrency=4, n=40, options={"rate": 100}, procedure="open_loop")
    assert due.wall_s > 0.2  # 40 arrivals, 100 a second


@pytest.mark.parametrize("function", [False, True], ids=["workload", "function"])
def test_what_a_users_code_leaves_for_the_end_of_its_process_is_done(
    observe: Observe, tmp_path: Path, function: bool
) -> None:
    """Processes with nothing but this package's code end without it, which saves time."""
    code = tmp_path / "leaves.py"
    code.write_text(
        "import atexit\n"
        "from dataclasses import dataclass\n"
        "from pathlib import Path\n"
        "from workloads.null import Null\n\n"
        "@dataclass(frozen=True)\n"
        "class Leaves(Null):\n"
        "    name = 'leaves'\n\n"
        "    def open(self, env):\n"
        "        leave()\n"
        "        return super().open(env)\n\n"
        "def leave():\n"
        "    atexit.register(Path(__file__).with_name('done').touch)\n"
    )
    observe(Own(function=f"{code}:leave") if function else find(f"{code}:Leaves")(), "sync")
    assert (tmp_path / "done").exists()
