"""The spread of latencies, from the histograms of the workers."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bench.analysis.latencies import slowest, tail
from bench.analysis.summary import summarize
from bench.core.histogram import histogram
from bench.core.run import Run
from bench.findings.answer import Lines
from bench.findings.studies import spread
from tests.made_up import run_of


def latencies(seed: int, slow: float = 1.0) -> dict[str, int]:
    """A thousand of 20 ms, and one in ten that takes ``slow`` times as long."""
    rng = random.Random(seed)
    return histogram(
        round(2e7 * (slow if rng.random() < 0.1 else 1) * rng.uniform(1, 1.3)) for _ in range(1000)
    )


def test_a_tail_falls_from_all_to_few() -> None:
    line = tail([latencies(seed, slow=10) for seed in range(8)])
    shares = [share.median for _, share in line]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.75
    plateau = [share for place, share in line if 0.03 < place < 0.19]
    assert all(share.low <= 0.1 * 1.4 and share.high >= 0.1 / 1.4 for share in plateau)
    assert plateau


def test_what_has_one_bucket_or_none_has_no_tail() -> None:
    assert tail([]) == []
    assert tail([histogram([20_000_000] * 5)]) == []


def test_the_slowest_is_the_slowest() -> None:
    assert slowest([latencies(1), latencies(2, slow=30)]) == pytest.approx(0.78, rel=0.05)
    assert slowest([]) is None


def test_the_study_names_the_longest_tail() -> None:
    run = run_of({("http[x]", "threading"): 15.0, ("http[x]", "asyncio"): 15.0, ("sleep", "asyncio"): 15.0})
    cells = run.plan.cell

    def stretch(key: str) -> float:
        return 8.0 if (cells[key].workload, cells[key].runner) == ("http[x]", "asyncio") else 1.0

    seen = [replace(o, latencies=latencies(o.block, stretch(o.key))) for o in run.observations]
    answer = spread.answer(summarize(Run(run.plan, seen, [])))
    assert answer is not None
    assert answer.sentences[0].startswith(
        "http[x] under asyncio has the longest tail: one task in 20 takes more than 7."
    )
    (picture,) = answer.pictures
    assert isinstance(picture, Lines)
    assert {series.runner for series in picture.series} == {"sync", "threading", "asyncio"}
