"""A cell that goes wrong gives a failure with its reason, never a figure."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.records import Failure, Observation, Spec
from tests.integration.broken import Broken
from tests.integration.conftest import Lab
from workloads.http_fetch import Httpx


class Elsewhere(Broken):
    """Broken, named so that a worker process finds it."""

    def spec(self) -> Spec:
        return Spec("broken:Broken", super().spec().params)


@pytest.fixture(autouse=True)
def findable(lab: Lab) -> None:
    """The worker sees the folder of links alone: put the module there."""
    link = Path(lab.links, "broken.py")
    if not link.exists():
        link.symlink_to(Path(__file__).with_name("broken.py"))
    assert sys.path  # the tests' own path does not reach it


@pytest.mark.parametrize("runner", ["sync", "threading", "multiprocessing", "asyncio"])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raise", "RuntimeError: this task breaks"),
        ("wrong", "task 3 returned 4"),
        ("open", "no session to be had"),
        ("exit", ""),
        ("kill", ""),
    ],
)
def test_what_goes_wrong_voids_the_cell_and_says_why(
    fail: Callable[..., Failure], runner: str, how: str, words: str
) -> None:
    record = fail(Elsewhere(how), runner, n=8)
    assert words in record.reason
    assert record.reason


def test_a_task_that_hangs_is_ended(fail: Callable[..., Failure]) -> None:
    assert "no answer within 1 s" in fail(Elsewhere("hang"), "threading", n=8, timeout=1).reason


def test_what_a_task_prints_spoils_nothing(observe: Callable[..., Observation]) -> None:
    assert observe(Elsewhere("print"), "sync", n=8).n == 8


def test_a_failure_tells_how_many_tasks_failed(fail: Callable[..., Failure]) -> None:
    record = fail(Elsewhere("raise"), "sync", n=8)
    assert record.stage == "batch"
    assert record.reason.startswith("1 of 8 tasks failed: task 3: ")


def test_a_server_that_refuses_is_the_cells_failure(lab: Lab) -> None:
    workload = Httpx(size=1 << 24, delay=0.0)
    lab.services.addresses(("http",))
    address = lab.services.running["http"].address
    was = address["url"]
    try:
        address["url"] = "http://127.0.0.1:9"  # the discard port: nobody listens
        record = lab.measure(workload, "sync", concurrency=1)
    finally:
        address["url"] = was
    assert isinstance(record, Failure)
    assert "ConnectError" in record.reason
