"""Dask workers and schedulers that are killed in mid-batch, and what a killed run leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from bench.core.cell import Spec
from bench.core.observation import Failure, Observation
from tests.dask_clusters import ROOT, Cluster, dask_cluster, require_dask
from tests.faults.touches import FIRST, Touches
from tests.integration.broken import Broken
from tests.integration.conftest import Lab, fail, lab, observe
from tests.integration.test_interrupts import marked, wait_for

__all__ = ["fail", "lab", "observe"]  # the fixtures of cells by themselves
PATH = f"{ROOT}:{Path(__file__).parent}"


@pytest.fixture(autouse=True)
def findable(lab: Lab) -> None:
    """The worker sees the folder of links alone: put the modules there."""
    require_dask()
    for file in (Path(__file__).with_name("touches.py"), Path(ROOT, "tests", "integration", "broken.py")):
        link = Path(lab.links, file.name)
        if not link.exists():
            link.symlink_to(file)


class TouchesThere(Touches):
    """Named so that a worker process finds it."""

    def spec(self) -> Spec:
        return Spec("touches:Touches", super().spec().params)


class BrokenThere(Broken):
    """As above."""

    def spec(self) -> Spec:
        return Spec("broken:Broken", super().spec().params)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    with dask_cluster(tmp_path / "cluster", first_on_path=(PATH, PATH, PATH)) as started:
        yield started


def in_mid_batch(lab: Lab, cluster: Cluster, where: Path, then: Callable[[], None]) -> Observation | Failure:
    """What a cell of 40 tasks gives when something happens while the batch runs."""
    folder = where / "tasks"
    folder.mkdir()
    with ThreadPoolExecutor(1) as executor:
        options = {"scheduler": cluster.address}
        record = executor.submit(lab.measure, TouchesThere(str(folder)), "dask", n=40, options=options)
        wait_for(lambda: record.done() or Path(folder, str(FIRST)).exists(), "the batch to begin")
        then()
        return record.result()


def test_a_worker_that_is_killed_in_mid_batch_voids_the_cell(
    lab: Lab, cluster: Cluster, tmp_path: Path
) -> None:
    record = in_mid_batch(lab, cluster, tmp_path, cluster.workers[0].kill)
    assert isinstance(record, Failure)
    assert record.stage == "batch"
    assert record.reason.startswith("the Dask worker at tcp://127.0.0.1:")
    assert record.reason.endswith("was lost")
    after = lab.measure(BrokenThere("none"), "sync", n=8)  # what comes after it is measured as ever
    assert isinstance(after, Observation)


def test_when_all_workers_are_killed_the_cell_does_not_wait_for_them(
    lab: Lab, cluster: Cluster, tmp_path: Path
) -> None:
    def kill() -> None:
        for worker in cluster.workers:
            worker.kill()

    record = in_mid_batch(lab, cluster, tmp_path, kill)
    assert isinstance(record, Failure)
    assert record.reason.endswith("was lost")


@pytest.mark.full
def test_a_scheduler_that_is_killed_in_mid_batch_voids_the_cell(
    lab: Lab, cluster: Cluster, tmp_path: Path
) -> None:
    record = in_mid_batch(lab, cluster, tmp_path, cluster.scheduler.kill)
    assert isinstance(record, Failure)
    assert record.reason == "the scheduler of the Dask cluster is gone"


@pytest.mark.full
@pytest.mark.parametrize("how", ["kill", "exit"])
def test_a_task_that_ends_its_worker_voids_the_cell(lab: Lab, how: str) -> None:
    record = lab.measure(BrokenThere(how, at=6), "dask", n=12)
    assert isinstance(record, Failure)
    assert record.stage == "batch"
    assert record.reason.endswith("was lost")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder with a short path: temporary files are made elsewhere where sockets in them would not fit."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def run_of_dask(tmp_path: Path, temporary: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A long run under dask, marked so that its processes can be found."""
    (tmp_path / "here").mkdir()
    words = ["run", "-w", "sleep", "-r", "sync", "-r", "dask", "--blocks", "50", "-p", "seconds=0.1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *words],
        cwd=tmp_path / "here",
        env={**os.environ, "BENCH_TEST_MARK": str(tmp_path), "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


@pytest.mark.full
def test_a_run_that_is_killed_leaves_no_dask_worker_and_no_file(
    run_of_dask: subprocess.Popen[bytes], tmp_path: Path, temporary: Path
) -> None:
    def workers() -> list[psutil.Process]:
        return marked(tmp_path, "--multiprocessing-fork")

    wait_for(lambda: len(workers()) == 2, "the workers of dask")
    wait_for(lambda: len(list(temporary.glob("*/bench-dask-*/**/worker-*"))) >= 2, "what they write")
    cells = marked(tmp_path, "bench.worker")
    assert {os.getpgid(each.pid) for each in workers()} == {cell.pid for cell in cells}
    listening = [
        connection.laddr.ip
        for each in [*workers(), *cells]
        for connection in each.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    run_of_dask.kill()
    wait_for(lambda: not marked(tmp_path), "every process to end")
    wait_for(lambda: not list(temporary.glob("bench-*")), "the folders to go")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["reports"]
