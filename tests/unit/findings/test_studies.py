"""What the studies say of runs that nobody measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.analysis.summary import Summary, summarize
from bench.core.cell import Cell, Spec
from bench.core.observation import Observation
from bench.core.run import Run
from bench.core.runner import RUNNERS
from bench.findings import collect
from bench.findings.answer import Answer, Dots, Lines, Table
from bench.findings.evidence import Evidence
from bench.findings.questions import models
from bench.planning.study import STUDIES, Study, StudyScope
from bench.worker.rungs import RUNGS
from tests.made_up import observation_of, plan_of

CORE = tuple(runner for runner in RUNNERS.all if runner.core)
ASKED = StudyScope(runners=CORE, cores=2, gil=True, quick=False)


def study(name: str) -> Study:
    return STUDIES.get(name)


def summary_of(
    cells: list[Cell], seconds: Callable[[Cell, int], float], blocks: int = 8, **figures: float
) -> Summary:
    """A run of cells whose tasks took so long in each block."""
    plan = plan_of(cells, blocks=blocks)
    plan = replace(plan, workloads=[replace(w, family=w.label, kind="cpu-python") for w in plan.workloads])
    seen = [observation_of(c, block, seconds(c, block)) for block in range(blocks) for c in cells]
    return summarize(Run(plan, [replace(o, figures=figures) for o in seen], []))


def answer_of(name: str, summary: Summary) -> Answer:
    answer = collect.answer_of(study(name), summary)
    assert answer is not None
    assert answer.sentences
    assert all(len(row) == len(answer.table.columns) for row in answer.table.rows)
    return answer


@pytest.mark.parametrize("each", STUDIES.all, ids=lambda each: each.name)
def test_a_study_says_what_it_asks_and_how(each: Study) -> None:
    assert each.question.endswith("?")
    assert len(each.how.split()) > 20
    assert collect.answer_of(each, summarize(Run(plan_of([]), [], []))) is None


# -- the cost ladder


def ladder_cells() -> list[Cell]:
    return [
        Cell(
            "3.11", "null", Spec("workloads.null:Null"), "sync", 1, 1, {"rung": rung.name}, "ladder", "ladder"
        )
        for rung in RUNGS
        if rung.python <= (3, 11)
    ]


def test_the_ladder_goes_from_the_cheapest_to_the_dearest() -> None:
    cells = ladder_cells()
    plan = plan_of(cells)
    seen = [
        Observation(block, cell.key, 1e9, figures={"seconds": 1e-7 * 10**place, "memory": 1000.0})
        for block in range(8)
        for place, cell in enumerate(cells)
    ]
    answer = answer_of("ladder", summarize(Run(plan, seen, [])))
    assert [row[0] for row in answer.table.rows] == [cell.options["rung"] for cell in cells]
    assert "A call takes 0.10 µs. In calls: await a coroutine 10, an asyncio task 100" in answer.sentences[0]
    time, memory = answer.pictures
    assert isinstance(time, Dots)
    assert isinstance(memory, Dots)
    assert [dot.value.median for dot in time.dots] == sorted(dot.value.median for dot in time.dots)


def test_the_kernels_part_of_a_threads_memory_is_said() -> None:
    kinds = {"a new thread": (14 * 1024.0, 27 * 1024.0), "an asyncio task": (950.0, 0.0)}
    cells = [cell for cell in ladder_cells() if cell.options["rung"] in {"a call", *kinds}]
    seen = []
    for cell in cells:
        memory = dict(zip(("memory", "kernel"), kinds.get(str(cell.options["rung"]), ()), strict=False))
        seen += [Observation(b, cell.key, 1e9, figures={"seconds": 1e-5} | memory) for b in range(8)]
    summary = summarize(Run(plan_of(cells), seen, []))
    said = answer_of("ladder", summary).sentences[1]
    assert "a new thread 14 KiB + 27 KiB in the kernel" in said
    assert "an asyncio task 950 B" in said
    assert "950 B +" not in said
    reply = models.memory.answer(Evidence(summary))
    assert reply is not None
    assert reply.text == (
        "About 9.1 MiB as asyncio tasks, 400 MiB as threads (137 MiB of their own, 264 MiB in the kernel),"
        " not counting their data."
    )


def test_each_way_to_start_a_process_that_needs_a_module_is_said() -> None:
    took = {"a call": 1e-7, "fork": 4e-3, "forkserver, preloaded": 8e-3, "forkserver": 7e-2, "spawn": 0.15}
    named = {f"a process with asyncio by {by}": seconds for by, seconds in took.items()} | took
    cells = [cell for cell in ladder_cells() if cell.options["rung"] in named]
    seen = [
        Observation(
            block, cell.key, 1e9, figures={"seconds": named[str(cell.options["rung"])], "memory": 2e6}
        )
        for cell in cells
        for block in range(6)
    ]
    said = answer_of("ladder", summarize(Run(plan_of(cells), seen, [])))
    assert (
        "A process that needs asyncio takes 4.0 ms and 1.9 MiB with fork, 8.0 ms and 1.9 MiB with a fork server"
        " that has imported it, 70 ms and 1.9 MiB with one that has not, 150 ms and 1.9 MiB with spawn."
    ) in said.sentences


def test_a_ladder_without_its_first_rung_or_memory_still_stands() -> None:
    cells = ladder_cells()[2:]
    seen = [Observation(0, cell.key, 1e9, figures={"seconds": 1e-5}) for cell in cells]
    answer = answer_of("ladder", summarize(Run(plan_of(cells), seen, [])))
    assert len(answer.pictures) == 1


# -- break-even

SIZES = tuple(1e-5 * 10 ** (k / 2) for k in range(8))


def break_even_cells(payload: int = 0) -> list[Cell]:
    cells = []
    for size in SIZES:
        rounds = round(size * 1e8)
        for runner, chunk, back in (("sync", 1, 0), ("multiprocessing", 1, 0), ("multiprocessing", 64, 0)):
            spec = Spec("made.up:cpu", {"rounds": rounds, "payload": back})
            options = {"chunk": chunk} if chunk > 1 else {}
            cells.append(Cell("3.11", f"cpu({rounds})", spec, runner, 2, 100, options, "break-even"))
        if payload:
            spec = Spec("made.up:cpu", {"rounds": rounds, "payload": payload})
            cells.append(
                Cell("3.11", f"cpu({rounds}, {payload})", spec, "multiprocessing", 2, 100, {}, "break-even")
            )
    return cells


def overhead_of(trip: float, per_byte: float = 0.0) -> Callable[[Cell, int], float]:
    """Two cores, and a trip that takes so long."""

    def seconds(cell: Cell, block: int) -> float:
        size = int(cell.spec.params["rounds"]) / 1e8
        if cell.runner == "sync":
            return size
        chunk = int(cell.options.get("chunk", 1))
        return size / 2 + trip / chunk + per_byte * int(cell.spec.params["payload"])

    return seconds


def test_break_even_finds_the_size_that_pays_for_a_known_trip() -> None:
    answer = answer_of("break-even", summary_of(break_even_cells(), overhead_of(1e-4)))
    picture = answer.pictures[0]
    assert isinstance(picture, Lines)
    places = {mark.name: mark.x.median for mark in picture.marks}
    # ahead by 5 %: size / (size / 2 + trip) = 1.05, so size = trip / (1 / 1.05 - 1 / 2)
    assert places["multiprocessing"] == pytest.approx(1e-4 / (1 / 1.05 - 0.5), rel=0.15)
    assert answer.sentences[0].startswith(
        "multiprocessing: more than 5 % ahead of a plain loop for tasks from"
    )
    assert "chunks of 64" in answer.sentences[1]
    assert "at every task size" in answer.sentences[1]


def test_the_more_comes_back_the_longer_a_task_must_be() -> None:
    summary = summary_of(break_even_cells(payload=1_000_000), overhead_of(1e-4, per_byte=1e-9))
    answer = answer_of("break-even", summary)
    picture = answer.pictures[1]
    assert isinstance(answer.pictures[0], Lines)
    assert isinstance(picture, Lines)
    (line,) = [series for series in picture.series if series.name == "multiprocessing"]
    (_, without), (_, with_bytes) = line.points
    assert with_bytes.median > 2 * without.median


def test_what_never_pays_is_told_so() -> None:
    answer = answer_of("break-even", summary_of(break_even_cells(), overhead_of(1.0)))
    assert "not ahead of a plain loop at any task size" in answer.sentences[0]


# -- the GIL crossover


def crossover_cells() -> list[Cell]:
    return [
        Cell(
            "3.11", f"hash({size})", Spec("made.up:hash", {"size": size}), runner, 2, 100, {}, "gil-crossover"
        )
        for size in (64, 1024, 4096, 65536, 1 << 20)
        for runner in ("sync", "threading")
    ]


@pytest.mark.parametrize(
    ("releases_from", "words"),
    [
        (2048, "from 4.0 KiB at a time on, not yet at 1.0 KiB"),
        (0, "at every size measured"),
        (1 << 30, "not faster than a plain loop at any size"),
    ],
)
def test_the_crossover_is_where_threads_begin_to_scale(releases_from: int, words: str) -> None:
    def seconds(cell: Cell, block: int) -> float:
        parallel = cell.runner == "threading" and int(cell.spec.params["size"]) >= releases_from
        return 0.01 * (1 + 0.01 * math.sin(block)) / (1.9 if parallel else 1.0)

    answer = answer_of("gil-crossover", summary_of(crossover_cells(), seconds))
    assert words in answer.sentences[0]


def test_sizes_at_which_threads_lose_are_named() -> None:
    """Those that are hashed without the GIL, for less work than releasing it costs."""

    def seconds(cell: Cell, block: int) -> float:
        size = int(cell.spec.params["size"])
        speed = {1024: 0.64, 4096: 0.9}.get(size, 1.9 if size > 4096 else 1.0)
        return 0.01 * (1 + 0.01 * math.sin(block)) / (speed if cell.runner == "threading" else 1.0)

    ahead, slower = answer_of("gil-crossover", summary_of(crossover_cells(), seconds)).sentences
    assert "from 64 KiB at a time on, not yet at 4.0 KiB" in ahead
    assert slower == (
        "With 1.0 KiB and 4.0 KiB they are more than 5 % slower, at 0.64x to 0.90x the speed of a plain loop:"
        " releasing the GIL has a cost in each call."
    )


# -- the sweep

LEVELS = tuple(2**k for k in range(9))


def sweep_cells(*runners: str) -> list[Cell]:
    spec = Spec("made.up:sleep")
    return [
        Cell("3.11", "sleep", spec, runner, level, 4 * level, {}, "sweep")
        for runner in runners
        for level in LEVELS
    ]


def thread_limited(cell: Cell, block: int) -> float:
    """A wait of 20 ms shared by those in flight; threads get no further than 2,000 a second."""
    seconds = 0.02 / cell.concurrency * (1 + 0.01 * math.sin(block))
    return max(seconds, 1 / 2000) if cell.runner == "threading" else seconds


def test_the_sweep_says_where_one_passes_another() -> None:
    answer = answer_of("sweep", summary_of(sweep_cells("threading", "asyncio"), thread_limited))
    assert "asyncio passes threading from about" in answer.sentences[0]
    throughput = answer.pictures[0]
    assert isinstance(throughput, Lines)
    (mark,) = throughput.marks
    assert 32 <= mark.x.low <= mark.x.high <= 64  # 40 in flight: 2,000 a second
    assert len(answer.table.rows) == 2 * len(LEVELS)


def test_the_sweep_says_that_nothing_crosses() -> None:
    def alike(cell: Cell, block: int) -> float:
        return 0.02 / cell.concurrency

    answer = answer_of("sweep", summary_of(sweep_cells("threading", "asyncio"), alike))
    assert "neither " in answer.sentences[0]


def test_a_model_alone_has_its_highest_throughput_named() -> None:
    answer = answer_of("sweep", summary_of(sweep_cells("asyncio"), thread_limited, blocks=1))
    assert answer.sentences[0].startswith("Highest throughput: sleep under asyncio")


def test_a_peak_within_the_levels_is_named_and_drawn() -> None:
    def collapsing(cell: Cell, block: int) -> float:
        n = cell.concurrency
        return (1 + 0.02 * (n - 1) + 1e-3 * n * (n - 1)) / (50 * n)  # its peak: 31

    answer = answer_of("sweep", summary_of(sweep_cells("threading"), collapsing))
    assert any("highest throughput at about 31 in flight" in sentence for sentence in answer.sentences)
    assert any("contention 0.020, coherency 0.0010" in note for note in answer.notes)
    picture = answer.pictures[0]
    assert isinstance(picture, Lines)
    assert any(series.fit for series in picture.series)


def test_a_study_of_a_package_answers_for_itself() -> None:
    class Theirs(Study):
        name = "theirs"

        def answer(self, summary: Summary) -> Answer:
            return Answer([f"{summary.blocks} blocks"], [], Table(("what",), ()))

    answer = collect.answer_of(Theirs(), summary_of(ladder_cells(), lambda cell, block: 1.0, blocks=3))
    assert answer is not None
    assert answer.sentences == ["3 blocks"]


def test_with_few_blocks_a_crossing_is_indicative() -> None:
    def seconds(cell: Cell, block: int) -> float:
        return 0.01 / (1.9 if cell.runner == "threading" else 1.0)

    summaries = {
        "break-even": summary_of(break_even_cells(), overhead_of(1e-4), blocks=3),
        "gil-crossover": summary_of(crossover_cells(), seconds, blocks=3),
        "sweep": summary_of(sweep_cells("threading", "asyncio"), thread_limited, blocks=3),
    }
    for name, summary in summaries.items():
        for sentence in answer_of(name, summary).sentences:
            assert sentence.endswith(" (indicative: 3 blocks)."), sentence
