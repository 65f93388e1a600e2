"""What a run says, in words: rules from figures to sentences, the same for the terminal and the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.builds import plain_loop
from bench.analysis.matrix import MatrixCell, leaders
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.analysis.verdicts import estimate_ratio
from bench.analysis.where import where
from bench.core.wording import listed
from bench.findings.collect import Build
from bench.findings.text.figures import caveat, interval, measured, times, whole

WORK = {"io": "I/O-bound work", "cpu-python": "CPU-bound Python"}
MOST_CHANGES = 2  # of builds, in a headline


@dataclass(frozen=True)
class Tile:
    """A figure to remember."""

    title: str
    runner: str
    figure: str
    interval: str
    note: str


def headline(builds: Sequence[Build]) -> list[str]:
    """Of one build: a claim for I/O-bound work and one for CPU-bound Python, as short as they are true, or
    the first answer where studies are all there is. Of several: what changes with the build."""
    first, *others = builds
    if others:
        summaries = [build.summary for build in builds]
        return _changed(summaries)[:MOST_CHANGES] or [_same(summaries)]
    summary = first.summary
    if first.studies_alone:
        return list(first.answered[0].answer.sentences[:1])
    found = [claim for claim in (_kind_headline(summary, *each) for each in WORK.items()) if claim]
    if found:
        return found
    if not summary.rows:
        return ["Nothing was measured."]
    if all(row.is_baseline for row in summary.rows):
        return ["Only sync was measured: there is nothing to compare it with."]
    return ["This run has no I/O-bound or CPU-bound comparison with sync."]


def sentences(builds: Sequence[Build]) -> list[str]:
    """What comes after the headline. Of one build: the figures of every model. Of several: what else changes,
    the builds' plain loops beside each other, and whether waiting differs."""
    summaries = [build.summary for build in builds]
    if len(builds) > 1:
        found = [*_changed(summaries)[MOST_CHANGES:], _loops(summaries), _waiting(summaries)]
    else:
        found = [rule(summaries[0]) for rule in (io_sentence, cpu_sentence, native_sentence)]
    return [sentence for sentence in found if sentence]


def _kind_headline(summary: Summary, kind: str, work: str) -> str:
    """Who beats a plain loop at a kind of work, and by how much."""
    cells = summary.by_runner(kind)
    winners = [cell for cell in cells if cell.wins]
    if not cells:
        return ""
    if not winners:
        return f"For {work}, no model was shown to beat a plain loop."
    claim = _io_claim if kind == "io" else _cpu_claim
    return f"For {work}, {claim(summary, cells, winners)}."


def _io_claim(summary: Summary, cells: Sequence[MatrixCell], winners: Sequence[MatrixCell]) -> str:
    best = times(winners[0].speedup.median)
    if len(cells) == 1:
        return f"{cells[0].runner} is {best} as fast as a plain loop"
    if len(winners) == len(cells) and winners[-1].speedup.median > 0.75 * winners[0].speedup.median:
        return f"any concurrency wins: up to {best}"
    return f"{_win(leaders(winners, summary.run.plan.threshold))}: {best}"


def _cpu_claim(summary: Summary, cells: Sequence[MatrixCell], winners: Sequence[MatrixCell]) -> str:
    best = times(winners[0].speedup.median)
    if len(winners) < len(cells):
        return f"only {_win(winners)}: {best}"
    if summary.gil is False and any(cell.runner == "threading" for cell in winners):
        return f"threads win too without the GIL: up to {best}"
    return f"{_win(winners)}: up to {best}"


def io_sentence(summary: Summary) -> str:
    """I/O-bound work in one sentence."""
    cells = summary.by_runner("io")
    if not cells:
        return ""
    shown = ", ".join(f"{cell.runner} {times(cell.speedup.median)}{_clients(cell)}" for cell in cells)
    concurrency = max(row.cell.concurrency for row in summary.rows if row.info.kind == "io")
    limit = max((cell.possible or 0.0) for cell in cells)
    possible = f"; the limit is {times(limit)}" if limit else ""
    return f"Waiting for I/O, {concurrency} tasks in flight compared with one at a time: {shown}{possible}."


def cpu_sentence(summary: Summary) -> str:
    """CPU-bound Python in one sentence."""
    cells = summary.by_runner("cpu-python")
    if not cells:
        return ""
    shown = ", ".join(f"{cell.runner} {times(cell.speedup.median)}" for cell in cells)
    gil = {True: "With the GIL on", False: "With the GIL off", None: "With the GIL on in some cells"}
    cores = f" ({summary.effective_cores.median:.2f} effective)" if summary.effective_cores else ""
    on = f"computing in Python on {summary.run.plan.machine.cores} cores{cores}"
    return f"{gil[summary.gil]}, {on}: {shown}."


def native_sentence(summary: Summary) -> str:
    """C code that releases the GIL in one sentence."""
    cell = summary.matrix.get(("threading", "cpu-native"))
    return f"C code that releases the GIL runs in threads at {times(cell.speedup.median)}." if cell else ""


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
    """The fastest for waiting, the fastest for computing, and what to avoid for computing."""
    found = []
    for kind, work in WORK.items():
        cells = summary.by_runner(kind)
        if cells and cells[0].wins:
            found.append(_tile(f"Fastest for {work}", cells[0], _company(cells, summary)))
    idle = [cell for cell in summary.by_runner("cpu-python") if not cell.wins]
    if idle:
        worst = idle[-1]
        one_gil = {info.name for info in summary.run.plan.runners if info.shares_process and info.shares_gil}
        why = ["One thread at a time runs Python"] if summary.gil and worst.runner in one_gil else []
        others = [f"no gain under {_names(idle[:-1])} either"] if idle[:-1] else []
        note = "; ".join([*why, *others]) or f"Measured with {', '.join(worst.workloads)}"
        found.append(_tile("No gain for CPU-bound Python", worst, note[0].upper() + note[1:]))
    return found


def _tile(title: str, cell: MatrixCell, note: str) -> Tile:
    return Tile(title, cell.runner, times(cell.speedup.median), _interval(cell.speedup), note)


def _interval(value: Estimate) -> str:
    """An interval with its level, or, where few blocks give none of 95 %, the range it is."""
    if value.n < 2:
        return "1 block"
    kind = "95 % interval" if value.sure else f"range of {value.n} blocks"
    return f"{kind} {interval(value, times)}"


def _company(cells: Sequence[MatrixCell], summary: Summary) -> str:
    """Who else is as fast, or who comes next; and with which clients the best was measured."""
    best, *rest = cells
    equal = [cell for cell in leaders(cells, summary.run.plan.threshold) if cell is not best]
    if equal:
        return f"Tied with {_names(equal)}"
    if rest:
        return f"{rest[0].runner} follows at {times(rest[0].speedup.median)}"
    return f"Measured with {', '.join(best.workloads)}"


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
        ratios = plain_loop(build, first, "cpu-python")
        if ratios:
            value = estimate_ratio(list(ratios.values()))
            found.append(f"{build.python.name} {measured(value, times)}")
    return f"One thread that computes, by the speed of {first.python.name}: {', '.join(found)}." * bool(found)


def _waiting(builds: Sequence[Summary]) -> str:
    """The fastest for I/O on each build."""
    best = [(build.python.name, cells[0]) for build in builds if (cells := build.by_runner("io"))]
    shown = ", ".join(f"{name} {cell.runner} {times(cell.speedup.median)}" for name, cell in best)
    return f"Waiting for I/O, the fastest over a plain loop: {shown}." if best else ""


def _clients(cell: MatrixCell) -> str:
    """The libraries behind a figure: they decide as much as the model does."""
    return f" ({', '.join(cell.clients)})" if cell.clients else ""


def _win(cells: Sequence[MatrixCell]) -> str:
    """ "asyncio wins", "asyncio and threading win"."""
    return f"{_names(cells)} {'wins' if len(cells) == 1 else 'win'}"


def _names(cells: Sequence[MatrixCell]) -> str:
    return listed(sorted(cell.runner for cell in cells))
