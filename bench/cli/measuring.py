"""What `all` and `run` do: measure with live progress, save, report, and say how it went."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.cli.compared import SLOWER, Gate, passes
from bench.cli.output import make_console
from bench.core.records import Run
from bench.execution.resume import resume_run
from bench.execution.run import measure_run
from bench.execution.session import Watcher
from bench.execution.signals import interrupts_wait, terminations_interrupt
from bench.planning.selection import Options
from bench.report.links import REPORT
from bench.report.terminal.progress import progress_for
from bench.storage.run_folder import load_run

INTERRUPTED = 130
DONE_WITH_FAILURES = 3


def measure_and_report(options: Options, gate: Gate | None = None) -> None:
    """Exits with 130 when interrupted, with 1 when something is slower than the ``gate`` of a comparison
    allows, with 3 when cells failed."""
    report(lambda watcher: measure_run(options, watcher, enough=precise), gate)


def resume_and_report(path: Path, options: Options) -> None:
    """The same for a run that ended early; one that is done is told so, and gets the report that it lacks."""
    run = load_run(path)
    folder = Path(run.folder)
    if run.plan.status != "done":
        report(lambda watcher: resume_run(path, options, watcher, enough=precise))
    elif not (folder / REPORT).is_file():
        report(lambda watcher: folder)
    else:
        said = f"{folder} is done: nothing is left to measure. Report: {folder / REPORT}"
        make_console().print(said, soft_wrap=True, highlight=False, markup=False)


def report(measure: Callable[[Watcher], Path], gate: Gate | None = None) -> None:
    """Measure, write the report, and print what came out."""
    console = make_console()
    aside = make_console(sys.stderr) if gate and gate.markdown else console
    passed = True
    plain = partial(aside.print, soft_wrap=True, highlight=False, markup=False)
    began = time.monotonic()
    with terminations_interrupt():
        try:
            with progress_for(aside) as watcher:
                folder = measure(watcher)
        except KeyboardInterrupt:
            print("bench: interrupted before anything was measured.", file=sys.stderr)
            sys.exit(INTERRUPTED)
        with interrupts_wait():  # what was measured is shown and written, however impatient the reader
            from bench.analysis.builds import by_build  # pandas comes when nothing is measured any more
            from bench.report.compared import of_pairs
            from bench.report.files import write_files
            from bench.report.terminal.builds import print_run
            from bench.report.terminal.summary import print_summary

            run = load_run(folder)
            builds = by_build(run)
            interrupted = run.plan.status == "interrupted"
            if gate is None or interrupted:
                print_run(builds, console)
            elif gate.summary:
                print_summary(builds.summaries[-1], console)
            made = write_files(builds, folder)
            if gate is not None and not interrupted:
                passed = passes(of_pairs(run, run.plan.threshold), gate, console)
            plain(f"\nMeasured in {time.monotonic() - began:.0f} s. Report: {made}")
            if interrupted:
                again = f"python -m bench run --resume {shlex.quote(str(folder))}"
                go_on = "." if gate else f"; go on with: {again}"
                plain(f"Interrupted: what was measured is in {folder}{go_on}")
                sys.exit(INTERRUPTED)
    if not passed:
        sys.exit(SLOWER)
    if run.failures or any(missing.broken for missing in run.plan.missing):
        sys.exit(DONE_WITH_FAILURES)


def precise(run: Run) -> bool:
    """Whether every interval's half-width is within 5 %: the end of a thorough run. Tasks with no work in
    them are not waited for: theirs is a cost, not a comparison."""
    from bench.analysis.builds import by_build

    rows = [row for build in by_build(run).summaries for row in build.rows if row.info.kind != "none"]
    speedups = [row.speedup for row in rows if row.speedup is not None]
    return all(s.sure and (s.high - s.low) / 2 <= 0.05 * s.median for s in speedups)
