"""Data that threads share: the workload, and what the study says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from threading import Thread

import pytest

from bench.analysis.statistics import estimate
from bench.analysis.summary import Summary, summarize
from bench.core.cell import Cell
from bench.core.run import Run
from bench.core.runner import RUNNERS
from bench.core.workload import Env
from bench.findings.answer import Answer, Dots
from bench.findings.studies import shared_data
from bench.planning.studies.shared_data import OPERATIONS, SharedDataStudy
from bench.planning.study import StudyScope
from tests.made_up import observation_of, plan_of
from workloads.shared_data import ITEMS, MODULUS, STRUCTURES, WHOSE, Counter, SharedData

CORE = tuple(runner for runner in RUNNERS.all if runner.core)
ASKED = StudyScope(CORE, cores=2, gil=True, quick=False)
LOOP_S = 0.015

Speedups = Mapping[str, tuple[float, float]]  # by structure: of threads with own data, and with shared data
WITH_GIL: Speedups = {
    "counter": (0.98, 0.98),
    "dict": (0.97, 0.99),
    "queue": (1.0, 1.0),
    "object": (1.0, 0.99),
    "list": (0.99, 0.98),
}
WITHOUT: Speedups = {
    "counter": (2.0, 0.8),
    "dict": (1.9, 0.48),
    "queue": (1.9, 1.0),
    "object": (2.0, 1.0),
    "list": (1.9, 1.9),
}


# -- the workload


@pytest.mark.parametrize("data", WHOSE)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_task_gives_what_its_check_expects(structure: str, data: str) -> None:
    workload = SharedData(structure, data, operations=3 * ITEMS + 7)
    with workload.open(Env()) as session:
        results = [workload.task(session, i) for i in range(3)]
    assert len({workload.check(result, 0) for result in results}) == 1


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_wrong_result_is_caught(structure: str) -> None:
    workload = SharedData(structure, "own", ITEMS)
    with workload.open(Env()) as session:
        result = workload.task(session, 0)
    with pytest.raises(ValueError, match="task 4 came to"):
        workload.check(result - 1, 4)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_task_that_did_less_is_caught(structure: str) -> None:
    workload = SharedData(structure, "own", 3 * ITEMS)
    with workload.open(Env()) as session:
        result = replace(workload, operations=ITEMS).task(session, 0)
        session.places.clear()
    with pytest.raises(ValueError, match="task 0 came to"):
        workload.check(result, 0)


def test_a_write_that_another_thread_undid_is_caught() -> None:
    class Forgets(dict[str, int]):
        def __setitem__(self, key: str, value: int) -> None:
            super().__setitem__(key, 0 if key.endswith("-3") else value)

    workload = SharedData("dict", "own", ITEMS)
    with workload.open(Env()) as session:
        session.place().data = Forgets()
        result = workload.task(session, 0)
    with pytest.raises(ValueError, match=f"came to {ITEMS - 1} and not {ITEMS}"):
        workload.check(result, 0)


@pytest.mark.parametrize("data", WHOSE)
def test_a_lost_count_is_caught_when_the_session_ends(data: str) -> None:
    workload = SharedData("counter", data, ITEMS)

    def session_that_loses(lost: int) -> None:
        with workload.open(Env()) as session:
            workload.task(session, 0)
            workload.task(session, 1)
            counter = session.place().data
            counter.count = (counter.count - lost) % MODULUS

    session_that_loses(0)
    with pytest.raises(ValueError, match="counts were lost"):
        session_that_loses(1)


def test_an_item_left_in_a_queue_is_caught_when_the_session_ends() -> None:
    workload = SharedData("queue", "shared", ITEMS)

    def session_that_leaves_one() -> None:
        with workload.open(Env()) as session:
            workload.task(session, 0)
            session.common.put(True)

    with pytest.raises(ValueError, match="left in a queue"):
        session_that_leaves_one()


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize(("data", "structures"), [("shared", 1), ("own", 2)])
def test_threads_have_one_structure_or_one_each(structure: str, data: str, structures: int) -> None:
    workload = SharedData(structure, data, ITEMS)
    with workload.open(Env(concurrency=2)) as session:
        workload.task(session, 0)
        thread = Thread(target=workload.task, args=(session, 1))
        thread.start()
        thread.join()
    places = list(session.places.values())
    assert len(places) == 2
    assert len({id(place.data) for place in places}) == structures
    assert not set(places[0].keys) & set(places[1].keys)
    assert [place.tasks for place in places] == [1, 1]


def test_no_thread_counts_without_the_lock() -> None:
    taken = []

    class Noted:
        def __enter__(self) -> None:
            taken.append(True)

        def __exit__(self, *error: object) -> None:
            taken.append(False)

    workload = SharedData("counter", "own", ITEMS)
    with workload.open(Env()) as session:
        counter: Counter = session.place().data
        counter.lock = Noted()
        workload.task(session, 0)
    assert taken == [True, False] * ITEMS


@pytest.mark.parametrize(("structure", "data"), [("heap", "own"), ("dict", "everybody's")])
def test_a_structure_that_is_not_there_is_said_to_be(structure: str, data: str) -> None:
    with pytest.raises(ValueError, match="structure is one of counter, dict"):
        SharedData(structure, data).configure(Env())
    SharedData("dict", "shared").configure(Env())


# -- the study


def cells() -> list[Cell]:
    made = []
    for request in SharedDataStudy().cells(ASKED):
        spec = request.workload.spec()
        label = f"shared-data({spec.params['structure']}, {spec.params['data']})"
        made.append(
            Cell("3.x", label, spec, request.runner.name, request.concurrency, 40, study="shared-data")
        )
    return made


def run_of(speedups: Speedups, *, gil: bool, blocks: int = 8, wobble: float = 0.01) -> Run:
    """A run with those speed-ups; the blocks differ, own from shared by twice the wobble."""
    observations = []
    for block in range(blocks):
        for number, cell in enumerate(cells()):
            params = cell.spec.params
            own, shared = speedups[str(params["structure"])]
            threads = own if params["data"] == "own" else shared
            drift = (1 + 0.2 * block) * (1 + wobble * (-1) ** (block + number // 2))
            seconds = LOOP_S * drift / (1.0 if cell.runner == "sync" else threads)
            observations.append(observation_of(cell, block, seconds, gil=gil))
    plan = plan_of(cells(), blocks=blocks)
    plan = replace(plan, workloads=[replace(w, family=w.label, kind="cpu-python") for w in plan.workloads])
    return Run(plan, observations, [])


def summary_of(speedups: Speedups, *, gil: bool, blocks: int = 8, wobble: float = 0.01) -> Summary:
    return summarize(run_of(speedups, gil=gil, blocks=blocks, wobble=wobble))


def answer_of(summary: Summary) -> Answer:
    answer = shared_data.answer(summary)
    assert answer is not None
    for table in (answer.table, answer.table.narrow):
        assert all(len(row) == len(table.columns) for row in table.rows)
    return answer


def test_every_structure_is_measured_both_ways_in_a_loop_and_in_threads() -> None:
    requests = SharedDataStudy().cells(ASKED)
    found = {
        (*request.workload.spec().params.values(), request.runner.name, request.concurrency)
        for request in requests
    }
    wanted = {
        (structure, data, operations, runner, in_flight)
        for structure, operations in OPERATIONS.items()
        for data in WHOSE
        for runner, in_flight in (("sync", 1), ("threading", 2))
    }
    assert found == wanted
    assert len(requests) == len(wanted)
    assert set(OPERATIONS) == set(STRUCTURES)


def test_a_batch_of_threads_that_hold_each_other_up_is_not_sized_for_all_cores() -> None:
    requests = SharedDataStudy().cells(replace(ASKED, gil=False))
    held_up = {
        (request.workload.spec().params["data"], request.runner.name)
        for request in requests
        if request.dispatch_s is not None
    }
    assert held_up == {("shared", "threading")}


def test_on_one_core_there_is_nothing_to_measure() -> None:
    assert SharedDataStudy().cells(replace(ASKED, cores=1)) == []


def test_with_a_gil_threads_take_turns() -> None:
    answer = answer_of(summary_of(WITH_GIL, gil=True))
    assert answer.sentences == [
        "With the GIL, 2 threads take turns: with data of their own 0.97x to 1.00x as fast as a plain loop,"
        " with shared data 0.98x to 1.00x.",
        "Sharing costs less than 5 % with the counter, the dict, the queue, the object and the list.",
    ]
    assert "A Python without a GIL shows" in answer.notes[0]


def test_without_a_gil_sharing_costs_and_may_be_worse_than_one_thread() -> None:
    answer = answer_of(summary_of(WITHOUT, gil=False))
    assert answer.sentences == [
        "Without a GIL, 2 threads run side by side: with data of their own 1.90x to 2.00x as fast as a plain"
        " loop, with shared data 0.48x to 1.90x; with the counter and the dict the loop is faster.",
        "Shared, the same work takes 3.96x (3.88–4.04) as long with the dict, 2.50x with the counter,"
        " 2.00x with the object, 1.90x with the queue; sharing costs less than 5 % with"
        " the list.",
        "Sharing costs time even when nothing is written: the object is only read.",
    ]
    assert not answer.notes


def test_a_lock_may_cost_with_a_gil_too() -> None:
    (first, second) = answer_of(summary_of({**WITH_GIL, "queue": (1.0, 0.5)}, gil=True)).sentences
    assert first.endswith("with shared data 0.50x to 0.99x; with the queue the loop is faster.")
    assert second.startswith("Shared, the same work takes 2.00x (1.96–2.04) as long with the queue;")


@pytest.mark.parametrize(("cores", "noted"), [(1.1, True), (1.95, False)])
def test_a_machine_that_was_busy_is_noted(cores: float, noted: bool) -> None:
    summary = replace(summary_of(WITHOUT, gil=False), effective_cores=estimate([cores] * 8))
    notes = answer_of(summary).notes
    assert [note.startswith("The machine had 1.10 cores for 2 threads") for note in notes] == [True] * noted


def test_what_a_run_cannot_tell_is_said() -> None:
    (_, second) = answer_of(summary_of(WITH_GIL, gil=True, wobble=0.2)).sentences
    assert second == "What sharing costs is unresolved."
    run = run_of(WITHOUT, gil=False)
    longer = {seen.key for seen in run.observations if "dict, shared" in run.plan.cell[seen.key].workload}
    seen = [
        replace(each, wall_s=each.wall_s / (5 if each.block % 2 else 1)) if each.key in longer else each
        for each in run.observations
    ]
    (_, second, _) = answer_of(summarize(replace(run, observations=seen))).sentences
    assert second.endswith("with the list; what it costs with the dict is unresolved.")


def test_a_gil_that_is_not_the_same_in_every_cell_is_said_to_be() -> None:
    run = run_of(WITHOUT, gil=False)
    half = [replace(seen, gil=seen.block < 4) for seen in run.observations]
    (first, *_) = answer_of(summarize(replace(run, observations=half))).sentences
    assert first.startswith("With the GIL on in some cells, 2 threads run: with data of their own 1.90x")


def test_few_blocks_are_indicative() -> None:
    first, second, third = answer_of(summary_of(WITHOUT, gil=False, blocks=3)).sentences
    assert first.endswith("(indicative: 3 blocks).")
    assert second.endswith("(indicative: 3 blocks).")
    assert third
    (_, second, _) = answer_of(summary_of(WITHOUT, gil=False, blocks=1)).sentences
    assert "with the dict, " in second  # one block has no interval


def test_the_cost_is_paired_in_blocks() -> None:
    # From block to block times differ by far more than the interval of the ratios.
    table = answer_of(summary_of(WITHOUT, gil=False, wobble=0.0)).table
    row = next(row for row in table.rows if row[0] == "dict")
    assert row == (
        "dict",
        "1.90x",
        "1.90–1.90",
        "0.48x",
        "0.48–0.48",
        "3.96x",
        "3.96–3.96",
        "25 ms",
        "8",
    )


def test_the_picture_has_own_and_shared_of_each_structure() -> None:
    (picture,) = answer_of(summary_of(WITHOUT, gil=False)).pictures
    assert isinstance(picture, Dots)
    assert [dot.group for dot in picture.dots[::2]] == [
        "counter",
        "dict",
        "queue",
        "object, only read",
        "list, only read",
    ]
    assert [dot.name for dot in picture.dots] == ["own data", "shared data"] * 5
    assert [dot.value.median for dot in picture.dots[2:4]] == pytest.approx([1.9, 0.48], rel=0.02)


def test_cells_may_be_missing() -> None:
    run = run_of(WITHOUT, gil=False)

    def without(runner: str, data: str) -> Run:
        cells = {
            cell.key for cell in run.plan.cells if cell.runner == runner and cell.spec.params["data"] == data
        }
        return replace(run, observations=[o for o in run.observations if o.key not in cells])

    for left_out in WHOSE:
        first, second, _ = answer_of(summarize(without("sync", left_out))).sentences
        assert ("shared data" in first) == (left_out == "own")
        assert second.startswith("Shared, the same work takes 3.96x")
        answer = answer_of(summarize(without("threading", left_out)))
        assert answer.table.rows
        assert "\N{EN DASH}" in answer.table.rows[0]
    nothing = [o for o in run.observations if run.plan.cell[o.key].runner == "sync"]
    assert shared_data.answer(summarize(replace(run, observations=nothing))) is None
    assert shared_data.answer(summarize(Run(plan_of([]), [], []))) is None
