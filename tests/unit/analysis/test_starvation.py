"""What is said of neighbours that compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bench.analysis.summary import Summary, summarize
from bench.core.cell import Cell
from bench.core.observation import Observation
from bench.core.run import Run
from bench.core.runner import RUNNERS
from bench.findings.answer import Answer, Dots
from bench.findings.studies import starvation
from bench.planning.studies.starvation import Starvation
from bench.planning.study import CellRequest, StudyScope
from tests.made_up import cell_of, observation_of, plan_of

CORE = [runner for runner in RUNNERS.all if runner.core]
Means = Mapping[tuple[str, float, float], float]  # neighbour, how many, switch interval -> mean latency, ms
WITH_GIL: Means = {
    ("", 0, 5.0): 6.0,
    ("thread", 1, 0.5): 8.0,
    ("thread", 1, 5.0): 26.0,
    ("thread", 1, 50.0): 306.0,
    ("thread", 2, 0.5): 10.0,
    ("thread", 2, 5.0): 46.0,
    ("process", 1, 5.0): 6.0,
    ("loop", 0, 0.0): 8.0,
    ("task", 1, 0.0): 208.0,
}


def requests_by_name() -> dict[tuple[str, float, float], CellRequest]:
    named = {}
    for request in Starvation().cells(StudyScope(CORE, cores=2, gil=True, quick=False)):
        neighbour = str(request.options.get("neighbour", "loop" if request.runner.name == "asyncio" else ""))
        many, interval = request.options.get("neighbours", 0), request.options.get("switch_interval_ms", 0)
        named[neighbour, float(many), float(interval)] = request
    return named


def cell(name: tuple[str, float, float]) -> Cell:
    request = requests_by_name()[name]
    base = cell_of("http[httpx]", request.runner.name, "starvation")
    return replace(
        base,
        n=request.n or 0,
        options=request.options,
        procedure=request.procedure,
        concurrency=request.concurrency,
    )


def seen(
    cell: Cell, block: int, mean_ms: float, *, gil: bool = True, growth: float | None = None
) -> Observation:
    figures = {"rate": float(cell.options["rate"]), "late_s": mean_ms / 4e3} | (
        {} if growth is None else {"growth": growth}
    )
    return observation_of(cell, block, 0.125, latency_sum_s=cell.n * mean_ms / 1e3, figures=figures, gil=gil)


def summary_of(means: Means, *, blocks: int = 8, wobble: float = 0.02, gil: bool = True) -> Summary:
    """The wobble goes its own way in each cell."""
    cells = {cell(name): mean for name, mean in means.items()}
    observations = [
        seen(each, block, mean * (1 + wobble * (-1) ** (block + number)), gil=gil)
        for block in range(blocks)
        for number, (each, mean) in enumerate(cells.items())
    ]
    return summarize(Run(plan_of(list(cells), blocks=blocks), observations, []))


def answer_of(summary: Summary) -> Answer:
    answer = starvation.answer(summary)
    assert answer is not None
    assert all(len(row) == len(answer.table.columns) for row in answer.table.rows)
    return answer


def test_it_says_what_a_reader_would_feel() -> None:
    assert answer_of(summary_of(WITH_GIL, wobble=0.0)).sentences == [
        "Each request waits 20 ms longer beside one thread that computes, 40 ms longer beside two (switch"
        " interval 5 ms); beside a process that computes, no longer (within noise).",
        "On the loop of asyncio, beside a task that computes in pieces of 20 ms, each request waits 200 ms"
        " longer, 50 ms of it before it begins.",
        "By switch interval, one thread that computes costs each request 2.0 ms at 0.5 ms, 20 ms at 5 ms,"
        " 300 ms at 50 ms.",
    ]


def test_without_a_gil_threads_make_no_difference() -> None:
    means = {name: 6.0 for name in WITH_GIL if name[0] in ("", "thread", "process")}
    assert answer_of(summary_of(means, gil=False)).sentences == [
        "Without a GIL, each request waits no longer (within noise) beside one or two threads that"
        " compute (switch interval 5 ms); beside a process that computes, no longer (within noise)."
    ]


def test_a_process_that_costs_something_is_said_to() -> None:
    (first, *_) = answer_of(summary_of({**WITH_GIL, ("process", 1, 5.0): 7.0}, wobble=0.0)).sentences
    assert first.endswith("beside a process that computes, 1.0 ms longer.")


def test_few_blocks_are_indicative() -> None:
    sentences = answer_of(summary_of(WITH_GIL, blocks=2)).sentences
    assert all(sentence.endswith("(indicative: 2 blocks).") for sentence in sentences)


def test_the_table_has_every_cell_and_pairs_it_by_block() -> None:
    table = answer_of(summary_of(WITH_GIL, wobble=0.0)).table
    rows = {(row[0], row[1], row[2]): dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert len(rows) == len(WITH_GIL)
    two = rows["threading", "2 threads", "5 ms"]
    assert (two["Longer"], two["Each"], two["Stalled"], two["Blocks"]) == ("40 ms", "20 ms", "87 %", "8")
    alone = rows["asyncio", "alone", "\N{EN DASH}"]
    assert alone["Longer"] == alone["Stalled"] == "\N{EN DASH}"


def test_the_picture_groups_threads_processes_and_the_loop() -> None:
    (picture,) = answer_of(summary_of(WITH_GIL)).pictures
    assert isinstance(picture, Dots)
    groups = [dot.group.split(",")[0] + "/" + dot.name for dot in picture.dots]
    assert groups == [
        "threading/alone",
        *(f"threading/{n}" for n in ("1 thread, 0.5 ms", "1 thread, 5 ms", "1 thread, 50 ms")),
        *(f"threading/{n}" for n in ("2 threads, 0.5 ms", "2 threads, 5 ms")),
        "threading/1 process",
        "asyncio/alone",
        "asyncio/1 task",
    ]


def test_cells_may_be_missing() -> None:
    for left_out in WITH_GIL:
        rest = {name: mean for name, mean in WITH_GIL.items() if name != left_out}
        assert answer_of(summary_of(rest)).sentences
    for name, mean in WITH_GIL.items():
        (only,) = answer_of(summary_of({name: mean}, blocks=1)).sentences
        assert only.startswith("Under ")
    assert starvation.answer(summarize(Run(plan_of([cell(("", 0, 5.0))]), [], []))) is None


def test_a_block_without_the_cell_alone_is_left_out() -> None:
    summary = summary_of(WITH_GIL)
    run, alone = summary.run, cell(("", 0, 5.0)).key
    kept = [o for o in run.observations if o.key != alone or o.block < 3]
    (first, *_) = answer_of(summarize(Run(run.plan, kept, []))).sentences
    assert first.endswith("(indicative: 3 blocks).")


def test_a_model_that_was_not_asked_for_is_not_measured() -> None:
    loops = [runner for runner in CORE if runner.name == "asyncio"]
    requests = Starvation().cells(StudyScope(loops, cores=2, gil=True, quick=False))
    assert [request.options.get("neighbour") for request in requests] == [None, "task"]
    assert Starvation().cells(StudyScope([], cores=2, gil=True, quick=False)) == []


def test_what_is_not_served_as_fast_as_it_comes_is_said_and_not_counted() -> None:
    summary = summary_of(WITH_GIL, wobble=0.0)
    swamped, calm = cell(("thread", 1, 50.0)).key, cell(("thread", 1, 5.0)).key
    growth = {swamped: 2.0, calm: 1.1}
    observations = [
        replace(o, figures=o.figures | {"growth": growth[o.key] * (1 + 0.2 * (-1) ** o.block)})
        if o.key in growth
        else o
        for o in summary.run.observations
    ]
    answer = answer_of(summarize(replace(summary.run, observations=observations)))
    assert answer.notes == [
        "1 thread at 50 ms: more requests came than threading could serve, as the later half took 1.96x"
        " (1.60\N{EN DASH}2.40) as long as the earlier. Their latency grows with their number, so it is left out of"
        " the findings."
    ]
    assert "20 ms at 5 ms." in answer.sentences[-1]
    assert "300 ms" not in " ".join(answer.sentences)


def test_requests_that_take_turns_beside_a_thread_may_not_overlap() -> None:
    """0.542 s at 2 a second are 1.1 under way; on an event loop they share its turns."""
    answer = answer_of(summary_of({**WITH_GIL, ("thread", 1, 50.0): 542.0, ("task", 1, 0.0): 542.0}))
    (note,) = answer.notes
    assert note.startswith(
        "1 thread at 50 ms: more requests came than threading could serve, as 1.1 were in progress"
    )


def test_beside_threads_at_50_ms_requests_come_more_slowly_and_take_as_long() -> None:
    requests = requests_by_name()
    assert requests["thread", 1, 50.0].options["rate"] == 2.0
    assert all(request.expected_s <= 3.5 for name, request in requests.items() if name != ("thread", 2, 50.0))
