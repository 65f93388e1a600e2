"""How many blocking calls run at once, and what is said of it, from figures that nobody measured."""

from __future__ import annotations

from bench.analysis.summary import summarize
from bench.core.cell import Cell, Spec
from bench.core.observation import Observation
from bench.core.run import Run
from bench.findings.answer import Answer
from bench.findings.collect import answer_of
from bench.findings.evidence import Evidence
from bench.findings.questions.executors import to_thread
from bench.planning.studies.saturation import AT_ONCE, POOLS, Saturation
from tests.made_up import plan_of

THREADS = {"default": 6, "anyio": 40, "sized": 10_000}


def cell(pool: str, at_once: int) -> Cell:
    return Cell(
        "3.11", "null", Spec("null"), "asyncio", at_once, at_once, {"pool": pool}, "saturation", "saturation"
    )


def run(blocks: int = 6, **threads: int) -> Run:
    """A call takes as many turns of 20 ms as its pool needs for all of them."""
    cells = {(pool, many): cell(pool, many) for pool in POOLS for many in AT_ONCE}
    seen = []
    for block in range(blocks):
        for (pool, many), each in cells.items():
            at_once = min(many, (THREADS | threads)[pool])
            took = 0.02 * many / at_once
            figures = {"rate": many / took, "running": float(at_once), "call_s": took}
            figures |= {"lookup_s": 5e-4 + took - 0.02, "file_s": 5e-4}
            seen.append(Observation(block, each.key, 1e9, figures=figures))
    return Run(plan_of([*cells.values()], blocks=blocks), seen, [])


def answered(found: Run) -> Answer:
    answer = answer_of(Saturation(), summarize(found))
    assert answer is not None
    return answer


def test_each_cap_is_named_with_the_setting_that_lifts_it() -> None:
    said = answered(run()).sentences
    assert said[0].startswith(
        "By default asyncio.to_thread runs 6 blocking calls at once: of 128, one takes 427 ms"
    )
    assert "loop.set_default_executor" in said[0]
    assert said[1].startswith("By default anyio runs 40 blocking calls at once: of 128, one takes 64 ms")
    assert said[2] == "With a thread for each of 128 calls, one takes 20 ms."
    assert said[3].startswith(
        "loop.getaddrinfo uses the same executor: behind 128 calls a look-up takes 407 ms"
    )


def test_where_nothing_is_capped_nothing_is_said_of_a_cap() -> None:
    said = answered(run(default=128, anyio=128)).sentences
    assert said == ["With a thread for each of 128 calls, one takes 20 ms."]


def test_the_table_has_every_pool_and_number() -> None:
    assert len(answered(run()).table.rows) == len(POOLS) * len(AT_ONCE)


def test_few_blocks_are_told() -> None:
    assert "(indicative: 3 blocks)" in answered(run(blocks=3)).sentences[0]


def test_the_question_has_its_answer() -> None:
    reply = to_thread.answer(Evidence(summarize(run())))
    assert reply is not None
    assert reply.text.startswith(
        "6: of 128 that block for 20 ms, one takes 427 ms. Give the loop a larger executor"
    )
    assert to_thread.answer(Evidence(summarize(Run(plan_of([]), [], [])))) is None
