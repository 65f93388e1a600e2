"""What is said of many items, bounded and not, from figures that nobody measured."""

from __future__ import annotations

import pytest

from bench.analysis.summary import summarize
from bench.core.cell import Cell, Spec
from bench.core.observation import Observation
from bench.core.run import Run
from bench.findings.answer import Answer
from bench.findings.collect import answer_of
from bench.findings.evidence import Evidence
from bench.findings.questions.backpressure import many_items
from bench.planning.cells import study_requests
from bench.planning.options import Options
from bench.planning.studies.backpressure import BUFFERED, ITEMS, LIMIT, WAYS, BackPressure
from tests.made_up import plan_of
from tests.made_up_host import a_host

BOUNDED = {"TaskGroup + semaphore", "queue + workers", BUFFERED}
MEMORY, FIRST = 2_621.44, 1e-4  # of an item, where all are held: 250 MiB and 10 s


def run(blocks: int = 6, *, without: tuple[str, ...] = (), memory: bool = True) -> Run:
    cells = [
        Cell(
            *("3.11", "null", Spec("null"), model, LIMIT, items, {"way": way, "items": items}),
            *("backpressure", "backpressure"),
        )
        for way, model in WAYS.items()
        for items in ITEMS
        if way not in without
    ]
    seen = []
    for cell in cells:
        held = LIMIT if cell.options["way"] in BOUNDED else cell.n
        figures = {"rate": 2e4, "first_s": FIRST * held, "held": held, "running": LIMIT}
        figures |= {"memory": MEMORY * held} if memory else {}
        seen += [Observation(block, cell.key, 1e9, figures=figures) for block in range(blocks)]
    return Run(plan_of(cells, blocks=blocks), seen, [])


def answered(found: Run) -> Answer:
    answer = answer_of(BackPressure(), summarize(found))
    assert answer is not None
    return answer


def test_what_is_bounded_is_said_beside_what_is_not() -> None:
    by_loop, by_threads, rates = answered(run()).sentences
    all_at_once, few = "250 MiB, first result after 10 s", "256 KiB, first result after 10 ms"
    assert by_loop == (
        f"100,000 items with gather: {all_at_once}; with gather + semaphore: {all_at_once};"
        f" with TaskGroup + semaphore: {few}; with queue + workers: {few}."
    )
    assert by_threads == (
        f"100,000 items with Executor.map: {all_at_once}; with Executor.map + buffersize: {few}."
    )
    assert rates.startswith("Items/s with 100,000: gather 20,000, gather + semaphore 20,000, as_")


def test_it_stands_without_buffersize_and_without_memory() -> None:
    said = answered(run(without=(BUFFERED,), memory=False))
    assert said.sentences[1] == "100,000 items with Executor.map: first result after 10 s."
    assert len(said.pictures) == 1
    assert len(said.table.rows) == (len(WAYS) - 1) * len(ITEMS)


def test_few_blocks_are_told() -> None:
    assert "(indicative: 3 blocks)" in answered(run(blocks=3)).sentences[0]


def test_the_question_has_its_answer() -> None:
    reply = many_items.answer(Evidence(summarize(run())))
    assert reply is not None
    assert "(queue + workers: 256 KiB, first result after 10 ms;" in reply.text
    assert many_items.answer(Evidence(summarize(run(without=tuple(BOUNDED))))) is None


@pytest.mark.parametrize(("version", "lacks"), [("3.13.2", True), ("3.14.0", False)])
def test_buffersize_is_listed_as_unavailable_before_its_version(version: str, lacks: bool) -> None:
    options = Options(studies=("backpressure",)).checked()
    requests, missing = study_requests(options, a_host(version), cores=2, function=None)
    assert (BUFFERED in {request.options["way"] for request in requests}) is not lacks
    said = "Executor.map(buffersize=) needs Python 3.14 or newer; this is 3.13"
    assert {each.reason for each in missing} == ({said} if lacks else set())


def test_ways_are_compared_with_as_many_items_each() -> None:
    whole = run()
    lost = [cell.key for cell in whole.plan.cells if cell.options == {"way": "gather", "items": max(ITEMS)}]
    seen = [each for each in whole.observations if each.key not in lost]
    assert len(seen) < len(whole.observations)
    said = answered(Run(whole.plan, seen, [])).sentences
    fewer = sorted(ITEMS)[-2]
    assert said[0].startswith(f"{fewer:,} items with gather: 25 MiB")
    assert said[2].startswith(f"Items/s with {fewer:,}:")
