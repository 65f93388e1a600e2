"""What is said of clusters, and how tasks elsewhere are timed, without any cluster."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from types import SimpleNamespace

import pytest

from bench.analysis.flags import FlagKind
from bench.analysis.summary import summarize
from bench.core.batch import Batch
from bench.core.cell import Cell
from bench.core.errors import ClusterError, UserError
from bench.core.run import Run
from bench.core.runner import RUNNERS
from bench.findings.text.notes import notes
from bench.planning.available import available_runners, runner_options, why_not
from bench.planning.cells import study_requests
from bench.planning.options import Options
from bench.planning.sizing import Pilot, seconds_per_task
from bench.planning.studies.ladder import Ladder
from bench.planning.studies.sweep import Sweep
from bench.planning.study import CellRequest, StudyScope
from bench.runners import _dask_cluster as clusters
from bench.runners._dask_cluster import fit, require_versions, speaks, versions
from bench.runners.dask import DaskPool
from bench.worker.procedures.batch import window
from bench.worker.procfs import peak_memory, proportional_memory
from tests.made_up import cell_of, observation_of, plan_of
from tests.made_up_host import a_host
from workloads.sleep import Sleep

AT = "tcp://10.0.0.7:8786"
SYNC, DASK = RUNNERS.find(["sync", "dask"])


def number(result: int, i: int) -> int:
    return result


def test_tasks_elsewhere_last_what_their_clock_says_and_a_batch_what_passes_here() -> None:
    began = time.perf_counter_ns()
    batch = Batch(2, number, elsewhere=True)
    batch.add(1, (10**17, 10**17 + 5_000_000, 1 << 32, 1))  # their clock is years ahead
    time.sleep(0.02)
    batch.add(0, (7, 3_000_007, 0, 0))  # and theirs began just now
    ended = time.perf_counter_ns()
    assert [end - start for start, end in zip(batch.start, batch.end, strict=True)] == [3_000_000, 5_000_000]
    assert 0.02 <= batch.wall_s <= (ended - began) / 1e9
    assert batch.done == 2
    assert window(batch, 10) is None


def test_tasks_here_keep_their_times() -> None:
    batch = Batch(1, number)
    batch.add(0, (100, 400, 0, 0))
    assert (batch.start[0], batch.end[0], batch.wall_s) == (100, 400, 300 / 1e9)


def test_the_memory_of_no_process_is_not_known() -> None:
    assert peak_memory([]) is None
    assert proportional_memory([]) is None


def test_a_worker_is_fit_when_it_has_the_same() -> None:
    here = {"Python": "3.11", "bench": "0.1.0", "httpx": "0.28.1"}
    fit("it", {**here, "more": "1"}, here)
    for there, words in (
        ({**here, "httpx": "0.27.0"}, "the worker has httpx 0.27.0, and not 0.28.1 as here"),
        ({**here, "Python": "3.13t"}, "the worker has Python 3.13t, and not 3.11 as here"),
        ({"Python": "3.11", "bench": "0.1.0"}, "the worker has no module httpx: install it"),
        ({"Python": "3.11"}, "the worker has no module bench: set its PYTHONPATH to a folder that"),
    ):
        with pytest.raises(ClusterError, match=words):
            fit("the worker", there, here)


def test_versions_are_compared_before_any_code_is_sent() -> None:
    def side(python: str, distributed: str) -> dict[str, dict[str, str]]:
        packages = {"distributed": distributed, "cloudpickle": "3.1.0", "numpy": python}
        return {"host": {"python": f"{python}.final.0"}, "packages": packages}

    class Client:
        def __init__(self, **workers: dict[str, dict[str, str]]) -> None:
            here = side("3.12.1", "2026.1")
            self.found = {"client": here, "scheduler": side("3.12.9", "2026.1"), "workers": workers}

        def get_versions(self) -> dict[str, object]:
            return self.found

    require_versions(Client(a=side("3.12.4", "2026.1")))
    with pytest.raises(ClusterError, match=r"^the worker at a has Python 3\.13, and not 3\.12 as here"):
        require_versions(Client(a=side("3.13.1", "2026.1")))
    with pytest.raises(ClusterError, match=r"^the worker at b has distributed 2025\.1, and not 2026\.1"):
        require_versions(Client(a=side("3.12.1", "2026.1"), b=side("3.12.1", "2025.1")))


def test_what_tells_versions_is_sent_as_code() -> None:
    cloudpickle = pytest.importorskip("cloudpickle", reason="it comes with distributed")
    sent = cloudpickle.dumps(versions())
    told = cloudpickle.loads(sent)(("json", "no_such_module", "bench"))
    assert told.keys() == {"Python", "json", "bench"}
    assert told["bench"] == versions()(("bench",))["bench"] != ""


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_who_listens_and_says_nothing_is_no_scheduler(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "ANSWERS_WITHIN_S", 0.1)
    address = f"tcp://127.0.0.1:{door.getsockname()[1]}"
    assert not speaks(address)
    door.close()
    assert not speaks(address)
    assert not speaks("tcp://127.0.0.1:99999")


def test_who_speaks_first_may_be_one(door: socket.socket) -> None:
    def greet() -> None:
        with door.accept()[0] as visitor:
            visitor.sendall(b"hello")

    greeting = Thread(target=greet)
    greeting.start()
    assert speaks(f"tcp://127.0.0.1:{door.getsockname()[1]}")
    greeting.join()


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "tcp://a-host.lan:1", "tcp://[::1]:8786"])
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert Options(dask_scheduler=address).checked().dask_scheduler == address


@pytest.mark.parametrize(
    "address", ["", "10.0.0.7:8786", "tcp://", "tcp://host", "http://h:1", "tcp://h:1/x", "tcp://u:p@h:1", "tcp://h:x"]
)  # fmt: skip
def test_what_is_no_address_is_an_error(address: str) -> None:
    with pytest.raises(UserError, match=r"is not an address: write it as tcp://127\.0\.0\.1:8786\."):
        Options(dask_scheduler=address).checked()


def test_a_scheduler_is_gone_even_if_its_client_has_not_noticed_yet() -> None:
    class Client:
        status = "running"

        def nthreads(self) -> dict[str, int]:
            raise OSError("Connection reset by peer")

    pool = SimpleNamespace(client=Client(), slots={AT: 1})
    with pytest.raises(ClusterError, match="the scheduler of the Dask cluster is gone"):
        DaskPool.whole(pool)


def test_a_cluster_is_for_the_model_that_takes_one() -> None:
    named = Options(dask_scheduler=AT)
    assert runner_options(DASK, named) == {"scheduler": AT}
    assert runner_options(SYNC, named) == runner_options(DASK, Options()) == {}
    assert "dask" in {runner.name for runner in available_runners(named, a_host())[0]}
    assert "dask" not in {runner.name for runner in available_runners(Options(), a_host())[0]}
    with pytest.raises(UserError, match="--dask-scheduler is for the model dask: add -r dask"):
        available_runners(replace(named, runners=("sync",)), a_host())


def test_where_dask_is_not_it_is_said_what_to_install() -> None:
    host = a_host(without=("distributed",), runners={"dask": "it needs distributed"})
    assert why_not(DASK, host) == "it needs distributed: /usr/bin/python3 -m pip install distributed"


def test_a_study_that_needs_one_clock_leaves_a_cluster_out_and_says_so() -> None:
    options = Options(studies=("latency",), runners=("sync", "dask"))
    near, _ = study_requests(options, a_host(), 2, None)
    far, missing = study_requests(replace(options, dask_scheduler=AT), a_host(), 2, None)
    assert {request.runner.name for request in near} == {"sync", "dask"}
    assert {request.runner.name for request in far} == {"sync"}
    assert {(gap.runner, "clocks are not this machine" in gap.reason) for gap in missing} == {("dask", True)}


def test_no_more_wait_under_dask_than_there_are_cores() -> None:
    guess = seconds_per_task(CellRequest(Sleep(), DASK, 16), Pilot(0.02, 0.0001), cores=2, gil=True)
    assert guess == pytest.approx(0.01 + DASK.dispatch_s)
    asked = StudyScope(runners=[DASK], cores=2, gil=True, quick=False, workloads=[Sleep()])
    assert [request.concurrency for request in Sweep().cells(asked)] == [1, 2]
    assert [request.concurrency for request in Sweep().cells(replace(asked, concurrencies=(8, 64)))] == [
        8,
        64,
    ]


def test_the_ladder_has_its_rung_only_where_dask_was_chosen() -> None:
    def rungs(*names: str) -> set[object]:
        asked = StudyScope(runners=RUNNERS.find(names), cores=2, gil=True, quick=False)
        return {request.options["rung"] for request in Ladder().cells(asked)}

    assert rungs("sync", "dask") - rungs("sync") == {"a Dask task, there and back"}


def a_run(elsewhere: bool) -> Run:
    cell = cell_of("sleep", "dask")
    far = replace(cell, options={"scheduler": AT}) if elsewhere else cell
    loop: Cell = cell_of("sleep", "sync")
    seen = [observation_of(loop, block, 0.02) for block in range(8)]
    seen += [
        observation_of(far, block, 0.0001, elsewhere=elsewhere, cpu_s=None if elsewhere else 0.01)
        for block in range(8)
    ]
    return Run(plan_of([loop, far]), seen, [])


def test_a_cluster_may_be_faster_than_this_machine_could() -> None:
    near, far = (
        next(r for r in summarize(a_run(at)).rows if r.cell.runner == "dask") for at in (False, True)
    )
    assert near.limit_speedup is not None
    assert any(flag.kind is FlagKind.OVER_LIMIT for flag in near.flags)
    assert far.limit_speedup is None
    assert far.flags == []
    assert far.speedup is not None
    assert far.speedup.median == pytest.approx(200)


def test_a_run_says_what_was_measured_on_a_cluster() -> None:
    (said,) = [note for note in notes([summarize(a_run(True))]) if "cluster" in note]
    assert said.startswith(f"dask ran on the cluster of {AT}: tasks are timed by their worker's clock")
    assert not [note for note in notes([summarize(a_run(False))]) if "cluster" in note]
