"""Cells under dask: on a cluster of this machine's own, and on one that was there before."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.analysis.flags import FlagKind
from bench.analysis.summary import summarize
from bench.core.observation import Failure, Observation
from bench.core.workload import Workload
from bench.storage.run_folder import load_run
from tests.dask_clusters import ROOT, Cluster, dask_cluster, namespaces, require_dask
from tests.integration.command import bench
from tests.integration.conftest import Lab
from tests.integration.there import BrokenThere, MarksThere, link
from workloads.cpu_python import CpuPython
from workloads.http_fetch import Httpx
from workloads.null import Null
from workloads.sleep import Sleep

Observe = Callable[..., Observation]
FAST = ("run", "-w", "sleep", "-r", "sync", "-r", "dask", "--blocks", "1", "-n", "8", "-p", "seconds=0.01")


@pytest.fixture(autouse=True, scope="module")
def findable(lab: Lab) -> None:
    require_dask()
    link(lab)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    require_dask()
    path = f"{ROOT}:{Path(__file__).parent}"
    with dask_cluster(tmp_path_factory.mktemp("cluster"), first_on_path=(path, path, path)) as started:
        yield started


def measure_at(lab: Lab, cluster: Cluster, workload: Workload, **more: object) -> Observation | Failure:
    return lab.measure(workload, "dask", options={"scheduler": cluster.address}, **more)


@pytest.mark.full
def test_a_cluster_of_its_own_is_as_well_known_as_other_processes(observe: Observe) -> None:
    seen = observe(Sleep(0.02), "dask", concurrency=2, n=24, window=24)
    assert seen.threads_seen == 2
    assert seen.parts is not None
    assert seen.parts.workers == 2
    assert seen.parts.blocked_s > seen.parts.on_core_s
    assert seen.cpu_s
    assert seen.memory_pss
    assert seen.window is not None
    assert len(seen.window.start_us) == 24
    assert not seen.elsewhere
    assert 0.02 * 24 <= seen.latency_sum_s <= 2 * seen.wall_s  # two at most in flight


def test_dask_gives_the_answers_that_a_loop_gives_one_by_one_and_in_chunks(
    lab: Lab, cluster: Cluster, observe: Observe
) -> None:
    work = CpuPython(rounds=1000, payload=1000)
    expected = observe(work, "sync", concurrency=1, n=50).digest
    assert observe(work, "dask", n=50, options={"chunk": 8}).digest == expected
    far = measure_at(lab, cluster, work, n=50)
    assert isinstance(far, Observation), far
    assert far.digest == expected


@pytest.mark.full
def test_each_dask_worker_opens_a_session_and_closes_it(observe: Observe, tmp_path: Path) -> None:
    said = tmp_path / "said"
    observe(MarksThere(str(said)), "dask", n=12)
    lines = said.read_text().split("\n")[:-1]
    opened = sorted(line.split()[1] for line in lines if line.startswith("opened"))
    closed = sorted(line.split()[1] for line in lines if line.startswith("closed"))
    assert len(set(opened)) == 2
    assert closed == opened


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raise", "1 of 8 tasks failed: task 3: RuntimeError: this task breaks"),
        ("wrong", "task 3 returned 4"),
        ("open", "OSError: no session to be had"),
        ("close", "OSError: the session does not close"),
    ],
)
def test_what_goes_wrong_under_dask_voids_the_cell_and_says_why(
    lab: Lab, cluster: Cluster, how: str, words: str
) -> None:
    record = measure_at(lab, cluster, BrokenThere(how), n=8)
    assert isinstance(record, Failure)
    assert words in record.reason


@pytest.mark.full
def test_an_open_loop_runs_on_a_cluster_of_its_own_alone(lab: Lab, cluster: Cluster) -> None:
    loop = {"n": 40, "procedure": "open_loop", "timeout": 120}
    seen = lab.measure(Sleep(0.01), "dask", options={"rate": 50}, **loop)
    assert isinstance(seen, Observation)
    assert seen.wall_s > 0.4  # 40 arrivals, 50 a second
    options = {"rate": 50, "scheduler": cluster.address}
    record = lab.measure(Sleep(0.01), "dask", options=options, **loop)
    assert isinstance(record, Failure)
    assert "cannot tell when a task began" in record.reason


def test_a_cluster_that_was_there_gives_durations_and_the_makespan_alone(lab: Lab, cluster: Cluster) -> None:
    seen = measure_at(lab, cluster, Sleep(0.02), n=24, window=24)
    assert isinstance(seen, Observation)
    assert seen.elsewhere
    assert (seen.cpu_s, seen.parts, seen.memory_peak, seen.memory_pss) == (None, None, None, None)
    assert seen.window is None
    assert seen.threads_seen == 2
    assert 0.02 * 24 <= seen.latency_sum_s <= 2 * seen.wall_s
    assert sum(seen.latencies.values()) == 24


@pytest.mark.full
def test_one_cell_after_another_opens_its_own_session_there(lab: Lab, cluster: Cluster) -> None:
    for size in (2_000, 1_000):
        seen = measure_at(lab, cluster, Httpx(delay=0.02, size=size), n=8, set_up=True)
        assert isinstance(seen, Observation), seen
        (share,) = seen.services.values()
        assert share.peak_in_flight == 2
        assert share.connections_opened == 0
        alone = lab.measure(Httpx(delay=0.02, size=size), "sync", concurrency=1, n=8)
        assert isinstance(alone, Observation)
        assert seen.digest == alone.digest


@pytest.mark.full
def test_no_more_tasks_are_in_flight_there_than_were_admitted(lab: Lab, tmp_path: Path) -> None:
    with dask_cluster(tmp_path, workers=1, threads=4) as wide:
        seen = measure_at(lab, wide, Httpx(delay=0.05), concurrency=3, n=18, set_up=True)
    assert isinstance(seen, Observation), seen
    (share,) = seen.services.values()
    assert share.peak_in_flight == 3


@pytest.mark.full
def test_the_commands_say_what_was_measured_where(cluster: Cluster, tmp_path: Path) -> None:
    done = bench(*FAST, "--verbose", "--dask-scheduler", cluster.address, cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    (warning,) = [line for line in done.stdout.splitlines() if "pickled" in line]
    assert cluster.address in warning
    said = " ".join(done.stdout.split())
    assert f"dask ran on the cluster of {cluster.address}: tasks are timed by their worker's clock" in said
    rows = {row.cell.runner: row for row in summarize(load_run(tmp_path / "reports" / "latest")).rows}
    assert rows["dask"].speedup is not None
    assert rows["dask"].limit_speedup is None
    assert not [flag for flag in rows["dask"].flags if flag.kind is FlagKind.OVER_LIMIT]
    assert f"--dask-scheduler {cluster.address}" in load_run(tmp_path / "reports" / "latest").plan.command


@pytest.mark.full
def test_a_cluster_where_bench_is_not_is_an_error_in_words(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, first_on_path=(ROOT, ROOT, str(tmp_path))) as poor:
        done = bench(*FAST, "--dask-scheduler", poor.address, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 2, done.stderr
    assert "has no module bench: set its PYTHONPATH to a folder that holds bench" in " ".join(
        done.stderr.split()
    )


@pytest.mark.full
def test_a_worker_with_an_older_client_is_a_reason_in_words(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "httpx.py").write_text('__version__ = "0.1.0"\n')
    with dask_cluster(tmp_path, first_on_path=(ROOT, ROOT, f"{tmp_path}:{ROOT}")) as mixed:
        record = measure_at(lab, mixed, Httpx(), n=8, set_up=True)
        assert isinstance(record, Failure)
        assert record.stage == "open"
        assert "has httpx 0.1.0, and not 0." in record.reason
        assert isinstance(measure_at(lab, mixed, Null(), n=8), Observation)  # which needs no client


def test_a_scheduler_that_is_not_there_is_an_error_of_the_call(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"tcp://127.0.0.1:{door.getsockname()[1]}"
    done = bench(*FAST, "--dask-scheduler", address, cwd=tmp_path)
    assert done.returncode == 2
    assert f"no Dask scheduler answers at {address}" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("reports/2*"))


@pytest.mark.full
def test_clocks_and_networks_of_other_machines_do_not_matter(lab: Lab, tmp_path: Path) -> None:
    with (
        namespaces(3) as (within, hosts),
        dask_cluster(tmp_path, within=within, hosts=hosts) as far,
    ):
        seen = measure_at(lab, far, Sleep(0.02), n=24, window=24)
    assert isinstance(seen, Observation), seen
    assert seen.elsewhere
    assert 0.02 * 24 <= seen.latency_sum_s <= 2 * seen.wall_s < 60  # their clocks are days apart
    alone = lab.measure(Sleep(0.02), "sync", concurrency=1, n=24)
    assert isinstance(alone, Observation)
    assert seen.digest == alone.digest


@pytest.mark.full
def test_the_ladder_has_a_rung_of_dask(lab: Lab) -> None:
    record = lab.measure(Null(), "sync", options={"rung": "a Dask task, there and back"}, procedure="ladder")
    assert isinstance(record, Observation), record
    assert record.figures["seconds"] > 0
