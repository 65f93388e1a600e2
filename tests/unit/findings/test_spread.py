"""The spread of latencies: what is said is said of what is drawn."""

from __future__ import annotations

from dataclasses import replace

from bench.analysis.summary import Summary, summarize
from bench.core.histogram import histogram
from bench.findings.answer import Lines
from bench.findings.studies.spread import answer
from tests.made_up import run_of

SHORT, LONG, LONGER = 0.0205, 0.03, 0.06


def summary_of(slow: dict[tuple[str, str], float]) -> Summary:
    """A run whose tasks take 20 ms, but every tenth of a cell so long."""
    run = run_of(dict.fromkeys(slow, 10.0))
    cells = run.plan.cell
    seen = []
    for each in run.observations:
        late = slow.get((cells[each.key].workload, cells[each.key].runner), SHORT)
        spans = [0.02] * 90 + [late] * 10
        counts = histogram(round(span * 1e9) for span in spans)
        seen.append(replace(each, latencies=counts, p50_s=0.02, p95_s=late))
    return summarize(replace(run, observations=seen))


def said(slow: dict[tuple[str, str], float]) -> tuple[str, list[str]]:
    """The sentence, and the titles of the pictures."""
    found = answer(summary_of(slow))
    assert found is not None
    (sentence,) = found.sentences
    return sentence, [picture.title for picture in found.pictures]


def test_the_headline_is_about_a_workload_that_is_drawn() -> None:
    slow = {("http[a]", "asyncio"): SHORT, ("mongo[b]", "asyncio"): LONG, ("redis[c]", "threading"): LONGER}
    sentence, titles = said(slow | {("sleep", "asyncio"): 1.0})  # of which nothing is drawn
    assert sentence == (
        "redis[c] under threading has the longest tail: one task in 20 takes more than 3.0 times the usual 20 ms."
    )
    assert titles == ["Tail of redis", "Tail of mongo"]


def test_without_a_server_it_draws_what_waits() -> None:
    sentence, titles = said({("sleep", "asyncio"): LONG})
    assert "sleep under asyncio" in sentence
    assert titles == ["Tail of sleep"]


def test_a_short_tail_is_told_by_how_much_longer_it_is() -> None:
    sentence, _ = said({("http[a]", "asyncio"): SHORT, ("http[a]", "threading"): SHORT})
    assert sentence == (
        "No tail is long: 95 % of the tasks took at most 2 % longer than the median (the longest under sync)."
    )


def test_models_stand_in_the_order_of_the_plan() -> None:
    found = answer(summary_of({("http[a]", "asyncio"): LONG, ("http[b]", "threading"): SHORT}))
    assert found is not None
    (picture,) = found.pictures
    assert isinstance(picture, Lines)
    assert [series.runner for series in picture.series] == ["sync", "sync", "threading", "asyncio"]
