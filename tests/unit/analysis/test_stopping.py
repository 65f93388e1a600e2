"""Which cells need no more blocks, and that looking does not make verdicts err."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from bench.analysis.statistics import LEVEL
from bench.analysis.stopping import EARLY_ERROR, settled
from bench.analysis.verdicts import Verdict, decide
from bench.core.run import Run
from bench.planning.blocks import LOOKS
from bench.planning.plan import COMPUTING_BLOCKS
from tests.made_up import run_of
from tests.unit.analysis.test_verdicts import NO_GAIN, THRESHOLD, simulated

LOOK = 12
PAIR = ("cpu-python", "threading"), ("cpu-python", "multiprocessing")


def families(run: Run) -> set[str]:
    return {run.plan.cell[key].workload for key in settled(run)}


def run_with(threads: Sequence[float], more: Mapping[tuple[str, str], Sequence[float]] = {}) -> Run:
    return run_of({PAIR[0]: threads, PAIR[1]: [1.9] * LOOK, **more}, blocks=LOOK)


def test_a_family_that_is_decided_and_narrow_needs_no_more() -> None:
    assert families(run_with([0.98, 0.99] * 6)) == {"cpu-python"}


@pytest.mark.parametrize("threads", [[0.9, 1.2] * 6, [1.04, 1.06] * 6], ids=["wide", "open"])
def test_one_cell_that_is_not_keeps_all_of_the_family(threads: Sequence[float]) -> None:
    assert families(run_with(threads)) == set()


def test_others_go_on_meanwhile() -> None:
    more = {("sleep", "asyncio"): [10.0, 20.0] * 6}
    assert families(run_with([0.98, 0.99] * 6, more)) == {"cpu-python"}


def test_few_blocks_decide_nothing() -> None:
    assert settled(run_of({PAIR[1]: [1.9] * 6}, blocks=6)) == set()


@pytest.mark.parametrize(("threads", "over"), [([0.98, 1.06] * 6, True), ([0.8, 1.3] * 6, False)])
def test_a_thorough_run_is_over_when_all_is_precise_whatever_it_shows(
    threads: Sequence[float], over: bool
) -> None:
    run = run_with(threads)
    run = replace(run, plan=replace(run.plan, mode="thorough"))
    assert settled(run) == (set(run.plan.cell) if over else set())


def with_a_look(rng: np.random.Generator, truth: float, models: int, spread: float) -> list[Verdict]:
    """The verdicts on as many models: at a look if all stand then, else after the last block."""
    ratios = {
        i: simulated(rng, COMPUTING_BLOCKS, truth=truth, spread=spread / math.sqrt(2)) for i in range(models)
    }
    for look in LOOKS:
        early = decide(
            {i: r[:look] for i, r in ratios.items()}, THRESHOLD, level=1 - EARLY_ERROR * (1 - LEVEL)
        )
        if not {Verdict.UNRESOLVED, Verdict.INDICATIVE} & set(early.values()):
            return list(early.values())
    return list(decide(ratios, THRESHOLD).values())


@pytest.mark.parametrize("truth", [1.0, 1 + THRESHOLD, 1 / (1 + THRESHOLD)])
@pytest.mark.parametrize("models", [1, 3])
def test_a_look_keeps_the_error_of_a_run(truth: float, models: int) -> None:
    """At a boundary both sides would be wrong, each by at most the level."""
    rng = np.random.default_rng(31)
    runs = [with_a_look(rng, truth, models, spread=0.03) for _ in range(2000)]
    if truth == 1:
        alarms = sum(bool({Verdict.FASTER, Verdict.SLOWER} & set(found)) for found in runs)
        assert alarms / 2000 <= 1 - LEVEL
        return
    one, others = ({Verdict.FASTER}, set(NO_GAIN)) if truth > 1 else ({Verdict.SLOWER}, {Verdict.EQUIVALENT})
    for wrong in (one, others):
        assert sum(bool(wrong & set(found)) for found in runs) / 2000 <= 1 - LEVEL + 0.015
