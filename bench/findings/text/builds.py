"""What a run over several builds says, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.builds import Builds, build_of, plain_loop
from bench.analysis.statistics import estimate
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import times
from bench.findings.text.headline import wins

MOST_CLAIMS = 2  # of a headline


def headline(builds: Builds) -> list[str]:
    """What changes with the build, first of the models whose workers share a process; else what is the same
    on all."""
    return _changed(builds)[:MOST_CLAIMS] or [_same(builds)]


def sentences(builds: Builds) -> list[str]:
    """The rest of that, what the builds' plain loops do beside each other, and whether waiting differs."""
    rest = _changed(builds)[MOST_CLAIMS:]
    return [sentence for sentence in (*rest, _loops(builds), _waiting(builds)) if sentence]


def _changed(builds: Builds) -> list[str]:
    """A sentence for each model that computes in parallel on some build and not on another."""
    shares = {runner.name: runner.shares_process for runner in builds.run.plan.runners}
    ordered = sorted(models(builds), key=lambda name: not shares[name])
    return [sentence for name in ordered if (sentence := _changes(builds, name))]


def models(builds: Builds) -> list[str]:
    """The models of the comparison, in the plan's order."""
    return [runner.name for runner in builds.run.plan.runners if runner.name != "sync"]


def _changes(builds: Builds, runner: str) -> str:
    """Where a model gains something for CPU-bound Python and where not; "" where that is the same."""
    gains: list[str] = []
    none: list[str] = []
    cells = []
    for summary in builds.summaries:
        cell = summary.matrix.get((runner, "cpu-python"))
        if cell is not None:
            cells.append(cell)
            named = f"{build_of(summary).name} ({times(cell.speedup.median)})"
            (gains if wins(cell) else none).append(named)
    if not gains or (not none and len(gains) == len(builds.summaries)):
        return ""
    said = f"Computing in Python, {runner} {_gain(runner)} on {listed(gains)}"
    few = caveat(cell.speedup for cell in cells)
    return f"{said}, not on {listed(none)}{few}." if none else f"{said}{few}."


def _gain(runner: str) -> str:
    return "gain" if runner == "interpreters" else "gains"


def _same(builds: Builds) -> str:
    measured = any(
        cell.kind == "cpu-python" for summary in builds.summaries for cell in summary.matrix.values()
    )
    if not measured:
        return f"{len(builds.summaries)} builds of Python, side by side."
    cells = [cell for summary in builds.summaries for cell in summary.by_runner("cpu-python")]
    if not any(wins(cell) for cell in cells):
        return "Computing in Python, no model was shown to gain on any build."
    return "Computing in Python, each model gains or not alike on every build that was measured."


def _loops(builds: Builds) -> str:
    """One thread that computes, on each build by the first."""
    first, *others = builds.summaries
    found = []
    for summary in others:
        ratios = plain_loop(summary, first, "cpu-python")
        if ratios:
            value = estimate(list(ratios.values()))
            interval = f" ({times(value.low)} to {times(value.high)})" if value.n > 1 else ""
            found.append(f"{build_of(summary).name} {times(value.median)}{interval}")
    if not found:
        return ""
    return f"One thread that computes, by the speed of {build_of(first).name}: {', '.join(found)}."


def _waiting(builds: Builds) -> str:
    """The fastest for I/O on each build."""
    best = [(summary, cells[0]) for summary in builds.summaries if (cells := summary.by_runner("io"))]
    if not best:
        return ""
    shown = ", ".join(
        f"{build_of(summary).name} {cell.runner} {times(cell.speedup.median)}" for summary, cell in best
    )
    return f"Waiting for I/O, the fastest over a plain loop: {shown}."


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
