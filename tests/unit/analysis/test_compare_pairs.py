"""What one run measured side by side, compared: the interval against known answers, simulated machines, the
order and size of cells, and what is shown."""

from __future__ import annotations

import io
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scipy.stats import wilcoxon

from bench.analysis.compare_pairs import compare_pairs, pairs_of
from bench.analysis.differences import differences_of
from bench.analysis.rank_intervals import EXACT_PAIRS, blocks_for_pairs, paired_shift
from bench.core.run import Run
from bench.findings.collect import collect
from bench.findings.text.differences import nothing_paired, pair_sides, sides_of, title
from bench.planning.blocks import block_order, evened
from bench.report.compared import of_pairs
from bench.report.html.run import render
from bench.report.markdown.compare import markdown
from bench.report.saved_run import SavedRun
from bench.report.terminal.summary import print_run
from tests.made_up import cell_of, plan_of
from tests.made_up_builds import FREE, GIL, NOW, OLD, THEN, USUAL, builds_run, with_calibration

DIFFERENCES = st.lists(st.floats(-3, 3), min_size=1, max_size=12)


# The interval.


@pytest.mark.parametrize("n", [4, 5, 6, 8, 9])
def test_the_level_is_that_of_all_signs(n: int) -> None:
    """Of all ways to put signs before n sizes, so many have 0 within the interval."""
    sizes = [1.0, 2.1, 4.3, 8.7, 17.9, 36.1, 73.3, 148.9, 301.7][:n]
    for level in (0.8, 0.9, 0.95):
        covered, attained = 0, 0.0
        for signs in itertools.product((-1, 1), repeat=n):
            interval = paired_shift([sign * size for sign, size in zip(signs, sizes, strict=True)], level)
            attained = interval.level
            covered += interval.low <= 0 <= interval.high
        assert covered / 2**n == pytest.approx(attained)
        assert attained >= min(level, 1 - 2 / 2**n)


@given(st.lists(st.floats(-3, 3).filter(lambda d: abs(d) > 1e-9), min_size=6, max_size=20, unique_by=abs))
def test_it_leaves_out_0_where_the_test_of_wilcoxon_rejects_it(differences: list[float]) -> None:
    interval = paired_shift(differences, 0.95)
    rejected = wilcoxon(differences, method="exact").pvalue <= 0.05
    assert rejected == (not interval.low <= 0 <= interval.high)


@given(DIFFERENCES, st.floats(-2, 2))
def test_it_moves_with_the_values(differences: list[float], by: float) -> None:
    one, other = paired_shift(differences, 0.9), paired_shift([d + by for d in differences], 0.9)
    for name in ("low", "median", "high"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) + by, abs=1e-9)
    assert one.low <= one.median <= one.high


def test_many_blocks_go_on_from_few_without_a_step() -> None:
    chance = np.random.default_rng(1)
    values = chance.normal(0, 1, EXACT_PAIRS + 1)
    exact, approximate = paired_shift(values[:EXACT_PAIRS], 0.95), paired_shift(values, 0.95)
    assert approximate.high - approximate.low == pytest.approx(exact.high - exact.low, rel=0.1)


@pytest.mark.parametrize(("level", "blocks"), [(0.95, 6), (0.975, 7), (0.99, 8), (0.999, 11)])
def test_so_many_blocks_give_a_level(level: float, blocks: int) -> None:
    assert blocks_for_pairs(level) == blocks
    assert 1 - 2 / 2**blocks >= level > 1 - 2 / 2 ** (blocks - 1)


def test_there_must_be_a_block() -> None:
    with pytest.raises(ValueError, match="no values"):
        paired_shift([], 0.95)


# A machine that drifts.


def drifting(chance: np.random.Generator, blocks: int, slower: float) -> list[float]:
    """Differences of logs of two programs on a machine whose speed wanders and jumps, in random order."""
    found = []
    speed = 0.0
    for _ in range(blocks):
        times = {}
        for which in chance.permutation([0, 1]):
            speed += chance.normal(0, 0.03) + (chance.random() < 0.05) * chance.normal(0, 0.3)
            process = chance.normal(0, 0.02) + (chance.random() < 0.1) * chance.exponential(0.2)
            times[int(which)] = speed + process + which * math.log(slower)
        found.append(times[1] - times[0])
    return found


def rejected(chance: np.random.Generator, slower: float, trials: int) -> float:
    intervals = [paired_shift(drifting(chance, 16, slower), 0.95) for _ in range(trials)]
    return sum(not each.low <= 0 <= each.high for each in intervals) / trials


def test_two_runs_of_the_same_program_are_seldom_called_different() -> None:
    assert rejected(np.random.default_rng(2), 1.0, 3000) <= 0.06


def test_a_tenth_slower_is_mostly_found() -> None:
    assert rejected(np.random.default_rng(3), 1.1, 500) >= 0.8


# Order and size.


def test_what_differs_in_its_python_alone_runs_one_right_after_the_other() -> None:
    plan = builds_run((GIL, USUAL, 1.0), (FREE, USUAL, 1.0), (OLD, USUAL, 1.0)).plan
    firsts = set()
    for block in range(12):
        order = block_order(plan, block)
        assert sorted(cell.key for cell in order) == sorted(plan.cell)
        for place in range(0, len(order), 3):
            together = order[place : place + 3]
            assert len({(cell.workload, cell.runner) for cell in together}) == 1
            firsts.add(together[0].python)
    assert firsts == {GIL.name, FREE.name, OLD.name}


def test_an_order_on_one_python_is_what_it_was() -> None:
    """A saved run's seed gives the order in which it was measured."""
    plan = plan_of([cell_of("sleep", runner) for runner in ("sync", "threading", "asyncio")], seed=7)
    assert [cell.runner for cell in block_order(plan, 0)] == ["sync", "asyncio", "threading"]


@pytest.mark.parametrize(
    ("one", "other", "both"), [(160, 200, (200, 200)), (160, 320, (320, 320)), (160, 336, (160, 336))]
)
def test_batches_are_of_one_size_where_first_tries_nearly_agree(
    one: int, other: int, both: tuple[int, int]
) -> None:
    cells = {
        replace(cell_of("sleep", "asyncio"), python="a", n=one): 1.0,
        replace(cell_of("sleep", "asyncio"), python="b", n=other): 1.0,
        replace(cell_of("sleep", "threading"), python="a", n=7): 1.0,
    }
    sizes = [cell.n for cell in evened(cells)]
    assert tuple(sizes) == (*both, 7)


# What is compared.


def revisions(slower: float = 1.3, **changes: object) -> Run:
    changes = {"blocks": 9, **changes}
    return with_calibration(builds_run((THEN, USUAL, 1.0), (NOW, USUAL, slower), **changes))


def test_a_revision_is_compared_with_the_code_as_it_lies_there() -> None:
    compared = compare_pairs(revisions(), 0.01)
    assert {cell.verdict for cell in compared.cells} == {"slower"}
    assert all(cell.ratio.median == pytest.approx(1 / 1.3) for cell in compared.cells)
    assert not any(cell.python for cell in compared.cells)
    assert compared.level == pytest.approx(1 - 0.05 / len(compared.cells))


def test_builds_are_compared_with_the_first_and_named() -> None:
    run = builds_run((GIL, USUAL, 1.0), (FREE, USUAL, 1.0), (OLD, USUAL, 0.5), blocks=10)
    compared = compare_pairs(run, 0.05)
    told = {(cell.python, cell.verdict) for cell in compared.cells}
    assert told == {(FREE.name, "equivalent"), (OLD.name, "faster")}


def test_what_ran_on_one_side_alone_is_named() -> None:
    run = builds_run((THEN, USUAL, 1.0), (NOW, {("sleep", "asyncio"): 15.0}, 1.0))
    compared = compare_pairs(run, 0.01)
    assert "cpu-python under threading" in {each.name for each in compared.only[0]}
    assert compared.only[1] == []
    assert "Only in A: " in " ".join(of_pairs(run, 0.01).said)


def test_blocks_that_one_side_has_alone_do_not_count() -> None:
    run = revisions()
    late = [seen for seen in run.observations if seen.block < 8 or run.plan.cell[seen.key].python != NOW.name]
    assert {cell.ratio.n for cell in compare_pairs(replace(run, observations=late), 0.01).cells} == {8}


def test_too_few_blocks_decide_nothing_and_say_how_many_do() -> None:
    run = revisions(blocks=4)
    shown = of_pairs(run, 0.01)
    assert shown.compared
    assert {cell.verdict for cell in shown.compared.cells} == {"indicative"}
    assert "it takes 9 blocks" in " ".join(shown.said)
    assert not shown.compared.slower_than(0.0)


def test_a_run_on_one_build_has_nothing_to_compare() -> None:
    alone = builds_run((GIL, USUAL, 1.0))
    assert pairs_of(alone) == []
    assert "name a second run, or measure with --against" in of_pairs(alone, 0.01).refused


def test_why_nothing_was_measured_on_one_side_is_told() -> None:
    run = revisions()
    then = [seen for seen in run.observations if run.plan.cell[seen.key].python != THEN.name]
    assert "no cell was measured on both sides" in nothing_paired(replace(run, observations=then))


def test_other_results_are_told() -> None:
    run = revisions()
    assert "something else" not in " ".join(of_pairs(run, 0.01).said)
    seen = [
        replace(o, digest="01")
        if (c := run.plan.cell[o.key]).python == NOW.name and c.runner == "asyncio"
        else o
        for o in run.observations
    ]
    said = " ".join(of_pairs(replace(run, observations=seen), 0.01).said)
    assert "B returns different results from A: sleep under asyncio and cpu-python under asyncio." in said


def test_results_that_change_by_themselves_or_of_batches_of_other_lengths_are_not_compared() -> None:
    run = revisions()
    ours = [cell for cell in run.plan.cells if cell.python == NOW.name]
    longer = {cell.key: replace(cell, n=3 * cell.n) for cell in ours if cell.workload == "sleep"}
    cells = [longer.get(cell.key, cell) for cell in run.plan.cells]
    seen = [
        replace(o, key=longer[o.key].key)
        if o.key in longer
        else replace(o, digest=f"{o.block:02}")
        if run.plan.cell[o.key].runner == "threading"
        else o
        for o in run.observations
    ]
    expected = {cell.key: 1.0 for cell in cells}
    changed = replace(run, plan=replace(run.plan, cells=cells, expected_s=expected), observations=seen)
    said = " ".join(of_pairs(changed, 0.01).said)
    assert "something else" not in said
    assert "Not checked whether B returns the same results as A: " in said
    told = {f"{cell.workload} under {cell.runner}" for cell in ours if cell.key in longer}
    told |= {f"{cell.workload} under {cell.runner}" for cell in ours if cell.runner == "threading"}
    assert {each.name for each in compare_pairs(changed, 0.01).how.unknown_results} == told
    assert "was not compared" not in " ".join(of_pairs(run, 0.01).said)


def test_packages_that_differ_are_told() -> None:
    one, other = replace(GIL, packages={"httpx": "0.27"}), replace(OLD, packages={"httpx": "0.28"})
    told = {title(each): sides_of(each) for each in differences_of(one, other, named=False)}
    assert told["httpx"] == ("0.27", "0.28")
    assert "3.14.2" in told["Python"][0]
    assert differences_of(THEN, NOW, named=False) == []


# What is shown.


def test_it_says_what_a_and_b_are() -> None:
    assert pair_sides(pairs_of(revisions())) == [
        ("A", "v1 (1a2b3c4d5) on 3.14.2"),
        ("B", "working tree (9f8e7d6c5) on 3.14.2"),
    ]


def test_a_run_that_compared_revisions_shows_that_first() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_run(collect(revisions()), console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "A  v1 (1a2b3c4d5) on 3.14.2" in text
    assert "7 are slower and none is faster in B" in text
    assert "signed ranks over 9 blocks" in " ".join(text.split())


def test_the_page_of_revisions_begins_with_the_comparison() -> None:
    page = render(collect(revisions()))
    assert "<h1><span>Of 7 cells, 7 are slower and none is faster in B." in page
    assert page.index('id="compared"') < page.index('id="speedup"')
    assert "runs at 0.77x the speed in B" in page
    assert 'id="compared"' not in render(collect(builds_run()))


def test_from_python_it_is_a_frame() -> None:
    table = SavedRun(revisions()).compared
    assert set(table["verdict"]) == {"slower"}
    assert (table["low"] <= table["speed"]).all()
    assert table["blocks"].eq(9).all()
    assert SavedRun(builds_run((GIL, USUAL, 1.0))).compared.empty


def test_markdown_has_what_changed_in_a_table() -> None:
    shown = of_pairs(revisions(), 0.01)
    text = markdown(shown, 0.05)
    assert "A: `v1 (1a2b3c4d5) on 3.14.2`" in text
    assert "| `sleep` | `asyncio` |" in text
    assert "Slower by more than 5 %" in text
