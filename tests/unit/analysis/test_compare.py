"""Two runs compared: the interval against known answers, the correction, the matching, simulated machines, and
what is printed."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.analysis.compare_runs import (
    CellTimes,
    Speeds,
    TwoRuns,
    compare_runs,
    ratio_of,
    share_scaled,
    speed_of,
)
from bench.analysis.comparison import CHANGED, Comparison, verdict
from bench.analysis.differences import Aspect, Difference, differences
from bench.analysis.rank_intervals import blocks_for_two, most, shift
from bench.analysis.statistics import Estimate
from bench.analysis.summary import summarize
from bench.cli.gate import share_of
from bench.core.cell import Spec
from bench.core.errors import UserError
from bench.core.observation import Observation
from bench.core.run import Interpreter, Run
from bench.environment.machine import calibration_cell
from bench.findings.text.compare import cautions, gate, how
from bench.findings.text.differences import nothing_in_common, refusal, sides_of, title
from bench.findings.text.figures import UNKNOWN
from bench.findings.text.notes import BRIEF, environment_notes, notes
from bench.report.compared import of_runs
from bench.report.markdown.compare import markdown
from bench.report.terminal.compare import print_compared
from tests.made_up import run_of
from tests.made_up_builds import FREE, GIL, OLD, USUAL, builds_run, with_calibration
from tests.made_up_page import HOSTILE, hostile_run, make_run

LOGS = st.lists(st.floats(-3, 3), min_size=1, max_size=12)
SPEEDUPS = {
    ("sleep", "threading"): 15.5,
    ("sleep", "asyncio"): 15.8,
    ("cpu-python", "threading"): 1.0,
    ("cpu-python", "multiprocessing"): 1.9,
}
WOBBLE = (1.0, 1.004, 0.997, 1.002, 0.999, 1.003, 0.998, 1.001)


# The interval.


@pytest.mark.parametrize(("few", "many"), [(3, 3), (3, 5), (4, 4), (4, 6)])
def test_the_level_is_that_of_all_orders(few: int, many: int) -> None:
    """Of the orders in which two samples can lie, so many have their median pair's bounds on either side of 0."""
    for level in (0.5, 0.8, 0.9, 0.95):
        if most(few) < level:
            continue
        covered = total = attained = 0
        for chosen in combinations(range(few + many), few):
            before = [float(i) for i in chosen]
            after = [i + 0.5 for i in range(few + many) if i not in chosen]
            interval = shift(before, [value - 0.5 for value in after], level)
            attained = interval.level
            covered += interval.low <= 0 <= interval.high
            total += 1
        assert covered / total >= level
        assert covered / total >= attained - 1e-9


@pytest.mark.parametrize(("blocks", "comparisons"), [(4, 1), (5, 6), (6, 23), (7, 85), (8, 321)])
def test_so_many_blocks_in_each_run_allow_so_many_cells(blocks: int, comparisons: int) -> None:
    assert blocks_for_two(1 - 0.05 / comparisons) == blocks
    assert blocks_for_two(1 - 0.05 / (comparisons + 1)) == blocks + 1


def test_three_blocks_can_never_decide_whatever_the_other_run_has() -> None:
    for others in (3, 8, 40):
        found = shift([0.0, 0.01, 0.02], [1 + 0.001 * i for i in range(others)], 0.95)
        assert found.level == pytest.approx(0.9)
        assert found.low == pytest.approx(0.98)
        assert found.high == pytest.approx(1 + 0.001 * (others - 1))


@given(LOGS, LOGS, st.sampled_from([0.5, 0.9, 0.99]))
def test_the_interval_turns_with_the_runs(before: list[float], after: list[float], level: float) -> None:
    one, other = shift(before, after, level), shift(after, before, level)
    assert one.low <= one.median + 1e-12
    assert one.median <= one.high + 1e-12
    assert one.median == pytest.approx(-other.median, abs=1e-12)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-12)


@pytest.mark.parametrize("level", [0.95, 0.999])
def test_many_blocks_go_over_into_the_normal_approximation_smoothly(level: float) -> None:
    chance = np.random.default_rng(3)
    before, after = chance.normal(0, 1, 40), chance.normal(0, 1, 40)
    exact, near = shift(before, after, level), shift(before, [*after, float(np.median(after))], level)
    assert near.low == pytest.approx(exact.low, abs=0.05)
    assert near.high == pytest.approx(exact.high, abs=0.05)


def test_no_values_are_no_interval() -> None:
    with pytest.raises(ValueError, match="no values"):
        shift([], [1.0], 0.95)


@pytest.mark.parametrize(("blocks", "others"), [(4, 4), (8, 8), (8, 40), (40, 40)])
@pytest.mark.parametrize("heavy", [False, True])
def test_intervals_cover_the_truth(blocks: int, others: int, heavy: bool) -> None:
    chance = np.random.default_rng(17)
    draw = (lambda n: chance.standard_t(2, n)) if heavy else (lambda n: chance.normal(0, 1, n))
    trials = 400
    covered = 0
    for _ in range(trials):
        interval = shift(draw(blocks), draw(others) + 0.3, 0.95)
        covered += interval.low <= 0.3 <= interval.high
    assert covered / trials >= 0.93


# The machine's speed.


@pytest.mark.parametrize(
    ("bound", "concurrency", "used", "expected"),
    [
        ("cpu", 2, [1.98, 1.99], (1.0, 1.0)),
        ("none", 2, [], (1.0, 1.0)),
        ("io", 1, [0.04], (0.04, 0.04)),
        ("io", 16, [0.32, 0.48], (0.02, 0.48)),
        ("mixed", 16, [1.4], (0.0875, 1.0)),
        ("mixed", 16, [], (0.0, 1.0)),
        ("io", 1, [1.2, 1.3], (1.0, 1.0)),
    ],
)
def test_what_the_processors_speed_scales(
    bound: str, concurrency: int, used: list[float], expected: tuple[float, float]
) -> None:
    assert share_scaled(bound, concurrency, used) == pytest.approx(expected)


def calibrated(run: Run, speed: float = 1.0, cores: float = 2.0, blocks: int = 99) -> Run:
    """The run with what its calibration cell found in the first ``blocks`` blocks."""
    cell = calibration_cell(run.plan.interpreters[0].name, 2)
    more = [
        Observation(
            block, cell.key, 1e9, effective_cores=cores, spin_rate=1e5 * speed / WOBBLE[block % len(WOBBLE)]
        )
        for block in range(min(blocks, run.plan.blocks))
    ]
    plan = replace(run.plan, cells=[*run.plan.cells, cell])
    return replace(run, plan=plan, observations=[*run.observations, *more])


def times(run: Run, factor: float, workload: str = "", runner: str = "", cpu: bool = True) -> Run:
    """The run with the times of those cells so many times as long; all of them without names."""

    def scaled(seen: Observation) -> Observation:
        cell = run.plan.cell[seen.key]
        if cell.study == "calibration" or not (
            cell.workload.startswith(workload) and cell.runner.startswith(runner)
        ):
            return seen
        used = seen.cpu_s * factor if seen.cpu_s is not None and cpu else seen.cpu_s
        return replace(seen, wall_s=seen.wall_s * factor, cpu_s=used)

    return replace(run, observations=[scaled(seen) for seen in run.observations])


def usual(blocks: int = 8, speed: float = 1.0, cores: float = 2.0) -> Run:
    """Six cells; those of sync measured twice, with no difference."""
    run = run_of(SPEEDUPS, blocks=blocks, wobble=WOBBLE)
    return calibrated(with_twin(with_twin(run, "sleep"), "cpu-python"), speed, cores)


def with_twin(run: Run, workload: str, off: float = 1.0) -> Run:
    """The run with a plain loop measured again under another name, which took ``off`` times as long."""
    original = next(cell for cell in run.plan.cells if (cell.workload, cell.runner) == (workload, "sync"))
    twin = replace(original, study="A/A")
    again = [
        replace(o, key=twin.key, wall_s=o.wall_s * off) for o in run.observations if o.key == original.key
    ]
    kept = [cell for cell in run.plan.cells if cell != twin]
    seen = [o for o in run.observations if o.key != twin.key]
    return replace(run, plan=replace(run.plan, cells=[*kept, twin]), observations=[*seen, *again])


def found(compared: Comparison[TwoRuns]) -> dict[tuple[str, str], str]:
    return {(each.cell.workload, each.cell.runner): each.verdict for each in compared.cells}


def test_a_run_is_the_same_as_itself() -> None:
    run = usual()
    compared = compare_runs(run, run, 0.05)
    assert [each.ratio.median for each in compared.cells] == [1.0] * 6
    assert not {"slower", "faster"} & set(found(compared).values())
    assert compared.level == pytest.approx(1 - 0.05 / 6)
    assert not compared.slower_than(0.0)


def test_one_slower_cell_is_found_and_comes_first() -> None:
    run = usual()
    compared = compare_runs(run, times(run, 1.3, "cpu-python", "threading"), 0.05)
    assert [each.name for each in compared.having("slower")] == ["cpu-python under threading"]
    assert compared.cells[0].ratio.median == pytest.approx(1 / 1.3)
    assert compared.cells[0].after == pytest.approx(1.3 * compared.cells[0].before)
    assert compared.slower_than(0.05) == compared.having("slower")
    assert not compared.slower_than(0.3)
    back = compare_runs(times(run, 1.3, "cpu-python", "threading"), run, 0.05)
    assert [each.name for each in back.having("faster")] == ["cpu-python under threading"]
    assert not back.slower_than(0.0)


def test_a_slower_machine_is_no_slower_program() -> None:
    """A fifth slower, and what computes takes a quarter longer; what sleeps does not."""
    before, after = usual(), usual(speed=0.8)
    compared = compare_runs(before, times(after, 1.25, "cpu"), 0.05)
    assert not compared.having("slower")
    assert compared.how.speed is not None
    assert compared.how.speed.median == pytest.approx(0.8)
    assert all(
        each.ratio.median == pytest.approx(1.0, abs=0.01)
        for each in compared.cells
        if each.cell.workload == "cpu-python"
    )
    unseen = compare_runs(before, times(usual(), 1.25, "cpu"), 0.05)
    assert len(unseen.having("slower")) == 3


def test_a_faster_machine_hides_no_slower_program() -> None:
    compared = compare_runs(usual(), usual(speed=1.25), 0.05)
    assert {each.cell.workload for each in compared.having("slower")} == {"cpu-python"}


def test_waiting_is_not_scaled() -> None:
    """On a machine half as fast, a sleep takes as long as ever: that must not look faster."""
    compared = compare_runs(usual(), usual(speed=0.5), 0.05)
    sleeps = [each for each in compared.cells if each.cell.workload == "sleep"]
    assert {each.runner: each.verdict for each in sleeps}["sync"] == "equivalent"
    assert all(each.ratio.low < 1 < each.ratio.high for each in sleeps)
    assert all(0.95 < each.ratio.median < 1.05 for each in sleeps)


def test_fewer_effective_cores_are_no_slower_program() -> None:
    """Another tenant has one of the cores: what computes on both takes twice as long."""
    before, after = parallel(usual()), parallel(times(usual(cores=1.0), 2.0, "cpu", "multi", cpu=False))
    compared = compare_runs(before, after, 0.05)
    assert found(compared)["cpu-python", "multiprocessing"] == "unresolved"
    assert not compared.having("slower")
    same_cores = parallel(times(usual(), 2.0, "cpu", "multi", cpu=False))
    assert compare_runs(before, same_cores, 0.05).having("slower")


def parallel(run: Run) -> Run:
    """The run with 1.9 cores used by multiprocessing as it was before anything slowed it down."""
    key = next(cell.key for cell in run.plan.cells if cell.runner == "multiprocessing")
    seen = [replace(o, cpu_s=0.02 * o.n) if o.key == key else o for o in run.observations]
    return replace(run, observations=seen)


@pytest.mark.parametrize(
    "other", [replace(GIL, version="3.15.0"), replace(GIL, jit=True), replace(GIL, environment={"A": "1"})]
)
def test_the_speed_of_another_python_is_not_that_of_the_machine(other: Interpreter) -> None:
    """A Python that loops 1.5 times as fast would else turn its own gain into a loss."""
    before = calibrated(on(run_of(SPEEDUPS, wobble=WOBBLE), GIL))
    after = calibrated(on(times(run_of(SPEEDUPS, wobble=WOBBLE), 1 / 1.5, "cpu"), other), speed=1.5)
    compared = compare_runs(before, after, 0.05)
    assert compared.how.speed is None
    assert {each.cell.workload for each in compared.having("faster")} == {"cpu-python"}
    assert "corrected for the machine's speed" in " ".join(how(compared))
    unknown = {each.cell.workload: each.ratio for each in compared.cells}["cpu-python"]
    known = compare_runs(before, calibrated(on(run_of(SPEEDUPS, wobble=WOBBLE), GIL)), 0.05)
    assert math.log(unknown.high / unknown.low) / 2 > math.log(1.1)
    assert all(math.log(each.ratio.high / each.ratio.low) / 2 < 0.06 for each in known.cells)


def on(run: Run, python: Interpreter) -> Run:
    """The run as if that interpreter had measured it."""
    cells = {cell.key: replace(cell, python=python.name) for cell in run.plan.cells}
    seen = [replace(o, key=cells[o.key].key) for o in run.observations]
    return replace(
        run, plan=replace(run.plan, cells=list(cells.values()), interpreters=[python]), observations=seen
    )


def test_where_the_same_python_lies_is_no_matter() -> None:
    before = calibrated(on(run_of(SPEEDUPS, wobble=WOBBLE), GIL))
    moved = replace(GIL, name="3.14", executable="/elsewhere/python", build="", packages={"httpx": "0.28"})
    assert (
        compare_runs(before, calibrated(on(run_of(SPEEDUPS, wobble=WOBBLE), moved)), 0.05).how.speed
        is not None
    )


def test_blocks_without_calibration_have_the_speed_of_the_others() -> None:
    half = calibrated(run_of(SPEEDUPS, wobble=WOBBLE), speed=0.8, blocks=4)
    compared = compare_runs(usual(), times(half, 1.25, "cpu"), 0.05)
    assert not {"slower", "faster"} & set(found(compared).values())


# The noise floor.


def test_twins_that_differ_widen_every_interval_of_their_kind() -> None:
    run = usual()
    sure, noisy = compare_runs(run, run, 0.05), compare_runs(run, with_twin(run, "cpu-python", 1.1), 0.05)
    assert noisy.how.floors == pytest.approx((0.0, 0.1))
    high = {each.name: math.log(each.ratio.high) for each in sure.cells}
    for each in noisy.cells:
        twins = math.log(1.1) if each.cell.workload == "cpu-python" else 0.0
        assert math.log(each.ratio.high) == pytest.approx(math.hypot(high[each.name], twins), abs=1e-6)


def test_without_twins_the_floor_is_not_zero() -> None:
    run = calibrated(run_of(SPEEDUPS, wobble=WOBBLE))
    assert compare_runs(run, run, 0.05).how.floors == pytest.approx((0.03, 0.03), abs=1e-3)


def test_few_blocks_are_indicative_and_say_how_many_it_takes() -> None:
    run = usual(blocks=3)
    compared = compare_runs(run, times(run, 3.0), 0.05)
    assert set(found(compared).values()) == {"indicative"}
    assert compared.needed == 5
    assert "it takes 5 in each run" in " ".join(cautions(compared))
    assert not compared.slower_than(0.05)
    assert "so few blocks" in gate(compared, 0.05)


# Simulated machines.


@dataclass(frozen=True)
class Simulated:
    """A default run: 32 cells, those that compute in twice as many blocks as the others; each with a
    sensitivity of its own to the machine's speed.

    Noise is in log seconds, that of what waits 0.4 of it; ``heavy``: degrees of freedom of Student's t.
    """

    blocks: int = 8
    spread: float = 0.02  # between processes
    heavy: float = 3.0
    calibration: float = 0.03  # noise of a block's calibration
    walk: float = 0.01  # of the speed, from block to block
    hidden: float = 0.01  # that a whole run of a cell that computes differs, and nothing else shows it


KINDS = (
    ("cpu", 2, (1.0, 1.0, 2.0, 1.0), 3),
    ("io", 16, (0.04, 0.37, 0.68, 0.47), 4),
    ("mixed", 16, (0.12, 0.93, 1.38, 0.86), 1),
)
CELLS = [
    (bound, concurrency if number else 1, used)
    for bound, concurrency, several, times in KINDS
    for number, used in [*enumerate(several)] * times
]
NOISE = {"cpu": 1.0, "io": 0.4, "mixed": 1.0}
LEVEL = 1 - 0.05 / len(CELLS)


def measured(
    sim: Simulated, speed: float, chance: np.random.Generator, scale: np.ndarray
) -> tuple[list[dict[int, float]], Speeds, dict[str, float]]:
    """Seconds of each cell by block, the speeds, and the floors, on a machine of that log speed."""

    def noise(blocks: int) -> np.ndarray:
        return sim.spread * chance.standard_t(sim.heavy, blocks)

    walk = np.cumsum(chance.normal(0, sim.walk, 2 * sim.blocks))
    now = speed + walk - walk.mean()
    seconds = []
    for (bound, _, _), sensitive in zip(CELLS, scale, strict=True):
        there = now if bound == "cpu" else now[::2]
        hidden = chance.normal(0, NOISE[bound] * sim.hidden)
        logs = hidden - sensitive * there + NOISE[bound] * noise(len(there))
        seconds.append(dict(enumerate(map(float, np.exp(logs)))))
    alone = now[::2] + chance.normal(0, sim.calibration, sim.blocks)
    together = now[::2] + chance.normal(0, sim.calibration, sim.blocks)
    floors = {
        bound: max(abs(float(np.median(size * (noise(n) - noise(n))))) for _ in range(twins))
        for bound, size, twins, n in (("cpu", 1.0, 2, 2 * sim.blocks), ("io", 0.4, 1, sim.blocks))
    }
    return seconds, Speeds(list(alone), list(together)), {**floors, "mixed": max(floors.values())}


def simulated(
    chance: np.random.Generator,
    before: Simulated,
    after: Simulated,
    speed: float | None = None,
    slower: Mapping[int, float] | None = None,
) -> list[Estimate]:
    """The ratios of a pair of runs of one thing. ``speed``: of the machine, after by before, of which what
    computes has 0.49 to 1 of the logarithm; None: up to 10 % either way, of which it has all. ``slower``: how
    much longer cells take."""
    bounds = [share_scaled(bound, concurrency, [used]) for bound, concurrency, used in CELLS]
    scale = chance.uniform(*np.transpose(bounds))
    if speed is not None:
        scale = scale * chance.uniform(0.49, 1.0, len(CELLS))
    a = measured(before, 0.0, chance, scale)
    b = measured(after, math.log(speed or chance.uniform(0.9, 1.1)), chance, scale)
    found = []
    for number, ((bound, _, used), scaled) in enumerate(zip(CELLS, bounds, strict=True)):
        longer = (slower or {}).get(number, 1.0)
        then, now = (
            CellTimes(a[0][number], used),
            CellTimes({k: longer * v for k, v in b[0][number].items()}, used),
        )
        floors = math.hypot(a[2][bound], b[2][bound])
        found.append(ratio_of(then, now, speed_of(then, now, a[1], b[1]), *scaled, floors, LEVEL))
    return found


@pytest.mark.parametrize(
    ("before", "after", "speed"),
    [
        (Simulated(), Simulated(), None),
        (Simulated(), Simulated(spread=0.06), None),
        (Simulated(spread=0.06, calibration=0.1), Simulated(blocks=40), None),
        (Simulated(hidden=0.02), Simulated(hidden=0.02), None),
        (Simulated(), Simulated(), 2.0),
        (Simulated(), Simulated(), 0.5),
    ],
    ids=[
        "alike",
        "the second noisier",
        "8 noisy blocks and 40 quiet ones",
        "2 % that nothing shows",
        "a machine twice as fast",
        "a machine half as fast",
    ],
)
def test_two_runs_of_the_same_thing_are_the_same(
    before: Simulated, after: Simulated, speed: float | None
) -> None:
    """Of whole comparisons, at most 5 % find anything slower or faster."""
    chance = np.random.default_rng(23)
    trials = 400
    alarms = sum(
        any(verdict(each, LEVEL, 0.05) in CHANGED for each in simulated(chance, before, after, speed))
        for _ in range(trials)
    )
    assert alarms / trials <= 0.05


def detected(slower: float, threshold: float) -> dict[str, float]:
    """In how many of simulated pairs a cell that takes so much longer is found, by kind; one cell of the 32 in
    each pair."""
    chance = np.random.default_rng(29)
    told: dict[str, Counter[str]] = {bound: Counter() for bound in NOISE}
    for _ in range(10):
        for number, (bound, _, _) in enumerate(CELLS):
            ratios = simulated(chance, Simulated(), Simulated(), slower={number: slower})
            told[bound][verdict(ratios[number], LEVEL, threshold)] += 1
    return {bound: counts["slower"] / counts.total() for bound, counts in told.items()}


def test_a_fifth_longer_is_found_in_most_trials() -> None:
    found = detected(1.2, 0.05)
    assert found["io"] >= 0.95
    assert found["cpu"] >= 0.9
    assert found["mixed"] >= 0.8


def test_a_twentieth_longer_is_found_where_the_work_waits() -> None:
    """And the threshold lies below it; of what computes, no run can see 3 %."""
    assert detected(1.05, 0.01)["io"] >= 0.5


# What is compared with what.


def test_the_number_of_tasks_may_differ() -> None:
    run = usual()
    doubled = {cell.key: replace(cell, n=2 * cell.n) for cell in run.plan.cells}
    more = replace(
        run,
        plan=replace(run.plan, cells=list(doubled.values())),
        observations=[
            replace(o, key=doubled[o.key].key, n=2 * o.n, wall_s=2 * o.wall_s) for o in run.observations
        ],
    )
    compared = compare_runs(run, more, 0.05)
    assert len(compared.cells) == 6
    assert {each.ratio.median for each in compared.cells} == {1.0}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"spec": Spec("made.up:sleep", {"seconds": 0.05})}, "parameters of sleep"),
        ({"options": {"chunk": 64}}, "options of sleep under sync"),
        ({"concurrency": 99}, "in flight, sleep under sync"),
    ],
)
def test_cells_that_are_not_the_same_are_not_compared(change: Mapping[str, object], told: str) -> None:
    before = changed(usual(), {"spec": Spec("made.up:sleep", {"seconds": 0.02})})
    after = changed(before, change)
    compared = compare_runs(before, after, 0.05)
    assert {each.cell.workload for each in compared.cells} == {"cpu-python"}
    assert len(compared.only[0]) == len(compared.only[1]) == 3
    told_of = [title(each) for each in differences(before, after) if title(each).startswith(told)]
    assert len(told_of) == 1
    alone = Run(replace(after.plan, cells=[c for c in after.plan.cells if c.workload == "sleep"]), [], [])
    assert not compare_runs(before, alone, 0.05).cells
    assert "no cell in common" in nothing_in_common(differences(before, alone))


def test_variables_of_the_environment_are_told() -> None:
    run = run_of(SPEEDUPS)
    before, after, unknown = (
        replace(run, plan=replace(run.plan, environment=variables))
        for variables in ({}, {"PYTHONASYNCIODEBUG": "1"}, None)
    )
    (told,) = differences(before, after)
    assert (title(told), *sides_of(told)) == ("variable PYTHONASYNCIODEBUG", "not set", "1")
    assert not told.void
    assert [sides_of(each) for each in differences(unknown, after)] == [(UNKNOWN, "1")]
    assert not differences(unknown, before)
    (note,) = environment_notes(summarize(after))
    assert "PYTHONASYNCIODEBUG=1 (debugging of Python)" in note
    assert note in notes([summarize(after)], BRIEF)
    assert environment_notes(summarize(before)) == environment_notes(summarize(unknown)) == []


def test_a_workload_whose_code_was_edited_is_told_and_compared() -> None:
    def with_code(digest: str) -> Run:
        infos = [
            replace(info, code=digest if info.label == "sleep" else "") for info in usual().plan.workloads
        ]
        return replace(usual(), plan=replace(usual().plan, workloads=infos))

    (told,) = differences(with_code("123abc"), with_code("456def"))
    assert told == Difference(Aspect.CODE, "123abc", "456def", ("sleep",))
    assert (title(told), sides_of(told), told.void) == ("code of sleep", ("123abc", "456def"), False)
    assert not differences(with_code("123abc"), with_code(""))  # a run of an earlier version does not tell
    assert len(compare_runs(with_code("123abc"), with_code("456def"), 0.05).cells) == 6


def changed(run: Run, change: Mapping[str, object]) -> Run:
    """The run with its sleeping cells changed."""
    cells = {c.key: replace(c, **change) if c.workload == "sleep" else c for c in run.plan.cells}
    seen = [replace(o, key=cells[o.key].key) for o in run.observations]
    return replace(run, plan=replace(run.plan, cells=list(cells.values())), observations=seen)


def test_one_python_is_compared_with_one_whatever_they_are_called() -> None:
    plain = run_of(SPEEDUPS, wobble=WOBBLE)
    assert len(compare_runs(on(plain, OLD), on(plain, GIL), 0.05).cells) == 6


def test_builds_are_compared_by_name() -> None:
    both, other = (
        builds_run((GIL, USUAL, 1.0), (FREE, USUAL, 1.2)),
        builds_run((OLD, USUAL, 1.0), (FREE, USUAL, 1.8)),
    )
    compared = compare_runs(with_calibration(both), with_calibration(other), 0.05)
    assert {each.python for each in compared.cells} == {FREE.name}
    assert compared.cells[0].name == "sleep under sync on 3.14.2t"
    assert len(compared.having("slower")) == len(compared.cells) == 7
    (pythons,) = [each for each in differences(both, other) if each.aspect is Aspect.PYTHONS]
    assert sides_of(pythons) == ("3.14.2, 3.14.2t", "3.11.9, 3.14.2t")


def test_one_build_in_two_runs_over_several_is_corrected_for_speed() -> None:
    whole = calibrated(builds_run((GIL, USUAL, 1.0), (FREE, USUAL, 1.2)))
    slower = calibrated(builds_run((GIL, USUAL, 1.25), (FREE, USUAL, 1.5)), speed=0.8)
    compared = compare_runs(whole, slower, 0.05)
    assert compared.how.speed is not None
    assert not [each for each in compared.having("slower") if each.cell.workload == "cpu-python"]


def test_what_failed_in_one_run_is_told() -> None:
    run = usual()
    gone = next(cell for cell in run.plan.cells if (cell.workload, cell.runner) == ("sleep", "asyncio"))
    without = replace(run, observations=[o for o in run.observations if o.key != gone.key])
    compared = compare_runs(run, without, 0.05)
    assert [(each.name, each.failed) for each in compared.only[0]] == [("sleep under asyncio", True)]
    assert not compared.only[1]
    assert "Only in A: sleep under asyncio (failed in the other)." in cautions(compared)


def test_nothing_measured_is_nothing_to_compare() -> None:
    run = usual()
    nothing = replace(run, observations=[])
    for pair in ((run, nothing), (nothing, run), (nothing, nothing)):
        assert not compare_runs(*pair, 0.05).cells


@pytest.mark.parametrize("wall", [5e-324, 1e-300, 9e15])
@pytest.mark.parametrize("rate", [5e-324, 9e15])
def test_figures_that_no_machine_gives_break_nothing(wall: float, rate: float) -> None:
    run = usual()
    odd = [
        replace(o, wall_s=wall if o.wall_s else 0.0, spin_rate=rate if o.spin_rate else None)
        for o in run.observations
    ]
    compare_runs(run, replace(run, observations=odd), 0.05)
    printed(replace(run, observations=odd), run)


# What differs.


@pytest.mark.parametrize(
    ("change", "void"),
    [
        ({"host": "other"}, True),
        ({"processor": "other"}, True),
        ({"cores": 64}, True),
        ({"cores_shown": 64}, False),
        ({"system": "Linux 7"}, False),
        ({"memory": 1 << 30}, False),
        ({"load": 3.0}, None),
    ],
)
def test_another_machine_is_refused(change: Mapping[str, object], void: bool | None) -> None:
    run = usual()
    other = replace(run, plan=replace(run.plan, machine=replace(run.plan.machine, **change)))
    told = differences(run, other)
    assert [each.void for each in told] == ([] if void is None else [void])
    assert bool(refusal(told)) == bool(void)


def test_processors_of_one_name_are_told_apart_and_one_of_two_names_is_not() -> None:
    def with_processor(name: str, id: str) -> Run:
        machine = replace(usual().plan.machine, processor=name, processor_id=id)
        return replace(usual(), plan=replace(usual().plan, machine=machine))

    milan, genoa = with_processor("AMD EPYC", "AMD 25/1/1"), with_processor("AMD EPYC", "AMD 25/17/1")
    (told,) = differences(milan, genoa)
    assert told.void
    assert sides_of(told) == ("AMD EPYC (AMD 25/1/1)", "AMD EPYC (AMD 25/17/1)")
    assert not differences(milan, with_processor("AMD EPYC 7B13", "AMD 25/1/1"))
    assert not differences(milan, with_processor("AMD EPYC", ""))  # a run of an earlier version


def test_versions_pythons_services_and_what_was_seen_are_told() -> None:
    run = usual()
    run = replace(run, plan=replace(run.plan, versions={"bench": "0.1.0"}, services={"mongo": "simulated"}))
    plan = replace(
        run.plan,
        versions={"bench": "0.2.0", "httpx": "0.28"},
        services={"mongo": "mongod 8", "http": "x"},
        interpreters=[replace(run.plan.interpreters[0], version="3.12.1", gil=False)],
        mode="quick",
        status="interrupted",
    )
    seen = [replace(o, gil=False, start_method="spawn") for o in run.observations]
    before = replace(run, observations=[replace(o, start_method="fork") for o in run.observations])
    told = {title(each): sides_of(each) for each in differences(before, Run(plan, seen, []))}
    assert told == {
        "Python": ("CPython 3.11.2, GIL on", "CPython 3.12.1, GIL off"),
        "bench": ("0.1.0", "0.2.0"),
        "httpx": (UNKNOWN, "0.28"),
        "service mongo": ("simulated", "mongod 8"),
        "mode": ("default", "quick"),
        "status": ("done", "interrupted"),
        "start method of sync and 3 more": ("fork", "spawn"),
        "GIL of sync and 3 more": ("on", "off"),
    }


def test_a_run_differs_in_nothing_from_itself() -> None:
    run = make_run()
    assert differences(run, run) == []
    assert "the same run" in " ".join(cautions(compare_runs(run, run, 0.05)))


def test_the_wrong_order_is_told() -> None:
    run = usual()
    earlier = replace(run, plan=replace(run.plan, created="2025-01-02T03:04:05+00:00"))
    assert "B was measured before A" in " ".join(cautions(compare_runs(run, earlier, 0.05)))


# What is printed.


def printed(before: Run, after: Run, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_compared(of_runs(before, after, 0.05, anyway=True), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_and_has_what_changed_first(width: int) -> None:
    run = replace(make_run(), folder="a")
    text = printed(run, replace(times(run, 1.4, "mixed", "asyncio"), folder="b"), width)
    lines = text.splitlines()
    assert all(len(line) <= width for line in lines)
    first = lines[next(i for i, line in enumerate(lines) if "Speed" in line) + 1]
    assert "▼ 0.71x" in first
    assert "1 is slower and none is faster in B" in " ".join(text.split())
    assert text.count("asyncio") == len(run.plan.workloads)


def test_the_default_table_has_a_line_for_each_cell() -> None:
    label = "mongomock[mongomock-motor]"
    run = run_of({(label, "multiprocessing"): 1.0, (label, "sync"): 1.0})
    assert f"{label} multiprocessing" in printed(run, run)


def test_the_sentences_say_level_floors_drift_and_speed() -> None:
    run = usual()
    sentences = how(compare_runs(run, run, 0.05))
    assert len(sentences) == 2
    for words in ("8 and 8", "99.167 %", "all 6 hold at 95 %", "3 %", "1.00x (1.00–1.00) of that in"):
        assert words in " ".join(sentences)


def test_hostile_names_stay_text() -> None:
    run = replace(hostile_run(), folder=f"{HOSTILE}\x1b[31m[red]")
    other = times(run, 1.4)
    assert "[red]" in printed(run, other)
    assert "\x1b[31m" not in printed(run, other)


def test_markdown_is_a_table_with_the_rest_folded() -> None:
    run = replace(hostile_run(), folder="a|b")
    other = times(run, 1.4, "cpu-native", "asyncio")
    text = markdown(of_runs(run, other, 0.05, anyway=True), 0.05)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(row.count("|") == rows[0].count("|") == 9 for row in rows)
    assert rows[1].startswith("| `cpu-native` | `asyncio` |")
    assert "<script" not in text.replace("`</script>", "")
    assert "<details><summary>" in text
    assert "Slower by more than 5 %: cpu-native under asyncio" in text


def test_a_refused_comparison_shows_what_differs_alone() -> None:
    run = usual()
    other = replace(run, plan=replace(run.plan, machine=replace(run.plan.machine, host="other")))
    text = markdown(of_runs(run, other, 0.05, anyway=False))
    assert "| host | `host` | `other` |" in text
    assert "Speed" not in text


@pytest.mark.parametrize(
    ("text", "share"),
    [("5%", 0.05), ("5 %", 0.05), ("0.05", 0.05), (" 10% ", 0.1), ("150%", 1.5), ("0", 0.0), (".1", 0.1)],
)
def test_a_share_is_written_in_several_ways(text: str, share: float) -> None:
    assert share_of(text) == pytest.approx(share)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%",
        "5",
        "1",
        "-5%",
        "five",
        "nan",
        "inf%",
        "1e3",
        "5%%",
        "\N{ARABIC-INDIC DIGIT FIVE}%",
        "9" * 999,
    ],
)
def test_what_is_no_share_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="--fail-if-slower") as error:
        share_of(text)
    assert len(str(error.value)) < 200
