"""What a run says, in words: rules from figures to sentences, the same for the terminal and the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.builds import plain_loop
from bench.analysis.matrix import MatrixCell, leaders
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.analysis.verdicts import ratio_of
from bench.analysis.where import where
from bench.core.grouping import grouped
from bench.core.wording import listed
from bench.findings.collect import Build
from bench.findings.text.figures import caveat, interval, measured, times, whole
from bench.findings.text.gains import WORK, sentence

TILES = {"io": "Waiting for I/O", "cpu-python": "Computing in Python", "cpu-native": "Computing in C"}
MOST_CHANGES = 2  # of builds, in a headline


@dataclass(frozen=True)
class Tile:
    """A figure to remember: the best at a kind of work, and who is tied with it."""

    title: str
    runner: str  # the look of the tile
    who: str
    figure: str
    interval: str
    note: str


def headline(builds: Sequence[Build]) -> list[str]:
    """Of one build: what each model gained at each kind of work that was measured, and why, or the first
    answer where studies are all there is. Of several: what changes with the build."""
    first, *others = builds
    if others:
        summaries = [build.summary for build in builds]
        return _changed(summaries)[:MOST_CHANGES] or [_same(summaries)]
    summary = first.summary
    if first.studies_alone:
        return list(first.answered[0].answer.sentences[:1])
    found = [said for kind in WORK if (said := sentence(summary, kind))] or _mixed(summary)
    if found:
        return found
    if not summary.rows:
        return ["Nothing was measured."]
    if all(row.is_baseline for row in summary.rows):
        return ["Only sync was measured: there is nothing to compare it with."]
    return ["This run measured no purely waiting or computing work under both sync and another model."]


def _mixed(summary: Summary) -> list[str]:
    """Of each family that neither waits nor computes alone: the model that ran it fastest."""
    said = []
    rows = [row for row in summary.rows if row.info.kind == "mixed" and not row.info.lesson]
    for family, of_family in grouped(rows, lambda row: row.info.family).items():
        known = [(row.speedup, row) for row in of_family if row.speedup]
        if not known:
            continue
        speedup, best = max(known, key=lambda each: each[0].median)
        who = best.cell.runner + (f" with {best.info.client}" if best.info.client else "")
        if speedup.low > 1:
            speed = f"{measured(speedup, times)} the speed of a plain loop"
            said.append(f"{family}: {who} was fastest, at {speed}.")
        else:
            nearest = f"{who} at {measured(speedup, times)}"
            said.append(f"{family}: no model was shown to be faster than a plain loop ({nearest}).")
    return said


def sentences(builds: Sequence[Build]) -> list[str]:
    """What comes after the headline. Of one build: what its threads waited for. Of several: what else
    changes, the builds' plain loops beside each other, and whether waiting differs."""
    summaries = [build.summary for build in builds]
    if len(builds) > 1:
        found = [*_changed(summaries)[MOST_CHANGES:], _loops(summaries), _waiting(summaries)]
    else:
        found = [gil_sentence(summaries[0])]
    return [sentence for sentence in found if sentence]


def gil_sentence(summary: Summary) -> str:
    """Time that threads spent waiting for the GIL, in one sentence; "" where it was not measured."""
    waits = {s.row.info.kind: s for s in where(summary) if s.gil_wait and not s.row.info.lesson}
    python, native = waits.get("cpu-python"), waits.get("cpu-native")
    if python is None:
        return ""
    must = (
        f"{python.row.threads_seen:.0f} threads sharing one GIL must wait {whole(python.expected_gil_wait)}"
    )
    said = f"Threads that compute in Python waited for the GIL {whole(python.blocked)} of their time ({must})"
    return f"{said}; threads that hash in C, {whole(native.blocked)}." if native else f"{said}."


def tiles(summary: Summary) -> list[Tile]:
    """For each kind of work that was measured: who gained most, with who is tied, or that nobody did."""
    found = []
    for kind, title in TILES.items():
        cells = summary.by_runner(kind)
        if cells:
            best = leaders(cells, summary.run.plan.threshold)
            found.append(_tile(title, best or cells[:1], cells, gained=bool(best)))
    return found


def _tile(title: str, best: Sequence[MatrixCell], cells: Sequence[MatrixCell], *, gained: bool) -> Tile:
    first = best[0]
    rest = [cell for cell in cells if cell not in best]
    tie, others = (
        ", ".join(f"{cell.runner} {times(cell.speedup.median)}" for cell in those) for those in (best, rest)
    )
    tied = f"a tie of {len(best)}" if len(best) > 1 else first.runner
    parts = [tie * (len(best) > 1), f"others: {others}" if others else ""]
    note = "; ".join(filter(None, parts)) or f"measured with {', '.join(first.workloads)}"
    return Tile(
        title,
        first.runner,
        tied if gained else "no model gains",
        times(first.speedup.median),
        _interval(first.speedup),
        note if best[1:] else note[0].upper() + note[1:],
    )


def _interval(value: Estimate) -> str:
    """An interval with its level, or, where few blocks give none of 95 %, the range it is."""
    if value.n < 2:
        return "1 block"
    kind = "95 % interval" if value.sure else f"range of {value.n} blocks"
    return f"{kind} {interval(value, times)}"


def models(summaries: Sequence[Summary]) -> list[str]:
    """The models that were compared with sync, in the plan's order."""
    named = [runner.name for summary in summaries for runner in summary.run.plan.runners]
    return [name for name in dict.fromkeys(named) if name != "sync"]


def _changed(builds: Sequence[Summary]) -> list[str]:
    """A sentence for each model that computes in parallel on some build and not on another; first of the
    models whose workers share a process."""
    shares = {info.name: info.shares_process for build in builds for info in build.run.plan.runners}
    ordered = sorted(models(builds), key=lambda name: not shares[name])
    return [sentence for name in ordered if (sentence := _changes(builds, name))]


def _changes(builds: Sequence[Summary], runner: str) -> str:
    """Where a model gains something for CPU-bound Python and where not; "" where that is the same."""
    cells = {build.python.name: build.matrix.get((runner, "cpu-python")) for build in builds}
    known = {name: cell for name, cell in cells.items() if cell}
    named = {name: f"{name} ({times(cell.speedup.median)})" for name, cell in known.items()}
    gains = [named[name] for name, cell in known.items() if cell.wins]
    none = [named[name] for name, cell in known.items() if not cell.wins]
    if not gains or len(gains) == len(builds):
        return ""
    gain = "gain" if runner == "interpreters" else "gains"
    few = caveat(cell.speedup for cell in known.values())
    others = f", not on {listed(none)}" if none else ""
    return f"Computing in Python, {runner} {gain} on {listed(gains)}{others}{few}."


def _same(builds: Sequence[Summary]) -> str:
    cells = [cell for build in builds for cell in build.by_runner("cpu-python")]
    if not cells:
        return f"{len(builds)} builds of Python, side by side."
    if not any(cell.wins for cell in cells):
        return "Computing in Python, no model was shown to gain on any build."
    return "Computing in Python, the same models gain on every build that was measured."


def _loops(builds: Sequence[Summary]) -> str:
    """One thread that computes, on each build by the first."""
    first, *others = builds
    found = []
    for build in others:
        if value := ratio_of(plain_loop(build, first, "cpu-python").values()):
            found.append(f"{build.python.name} {measured(value, times)}")
    return f"One thread that computes, compared with {first.python.name}: {', '.join(found)}." * bool(found)


def _waiting(builds: Sequence[Summary]) -> str:
    """The fastest for I/O on each build."""
    best = [(build.python.name, cells[0]) for build in builds if (cells := build.by_runner("io"))]
    shown = ", ".join(f"{name} {cell.runner} {times(cell.speedup.median)}" for name, cell in best)
    return f"Waiting for I/O, the fastest over a plain loop: {shown}." if best else ""
