"""Whether blocks resemble those before them."""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np
import pytest

from bench.analysis.autocorrelation import ALIKE, autocorrelation, of_blocks
from bench.analysis.summary import summarize
from bench.findings.text.notes import autocorrelation_notes
from tests.made_up import run_of


def series(rng: np.random.Generator, blocks: int, alike: float) -> list[float]:
    """Values of which each is so much like the one before."""
    found = [rng.normal()]
    for _ in range(blocks - 1):
        found.append(alike * found[-1] + math.sqrt(1 - alike**2) * rng.normal())
    return [float(value) for value in found]


@pytest.mark.parametrize(("alike", "least", "most"), [(0.0, -0.05, 0.05), (0.4, 0.25, 0.45)])
def test_it_is_about_what_was_put_in(alike: float, least: float, most: float) -> None:
    rng = np.random.default_rng(3)
    found = [autocorrelation(series(rng, 16, alike)) for _ in range(2000)]
    assert least < fmean(value for value in found if value is not None) < most


def test_of_what_never_changes_it_is_not_known() -> None:
    assert autocorrelation([1.0] * 8) is None


@pytest.mark.parametrize(("alike", "said"), [(0.0, False), (0.8, True)])
def test_a_run_says_when_its_blocks_are_alike(alike: float, said: bool) -> None:
    rng = np.random.default_rng(5)
    pairs = [
        (w, r) for w in ("sleep", "http[httpx]", "mixed") for r in ("threading", "asyncio", "multiprocessing")
    ]
    speedups = {pair: [math.exp(0.02 * value) for value in series(rng, 16, alike)] for pair in pairs}
    summary = summarize(run_of(speedups, blocks=16))
    found = of_blocks(summary)
    assert found is not None
    assert (found > ALIKE) is said
    assert bool(autocorrelation_notes(summary)) is said


def test_few_blocks_or_cells_do_not_tell() -> None:
    assert of_blocks(summarize(run_of({("sleep", "asyncio"): [1.0, 2.0, 3.0] * 4}, blocks=12))) is None
