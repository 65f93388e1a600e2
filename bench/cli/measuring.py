"""What `all` and `run` do: measure with live progress, save, report, and say how it went."""

from __future__ import annotations

import sys
import time
from functools import partial

from bench.cli.compared import SLOWER, Gate, passes
from bench.cli.output import make_console
from bench.cli.progress import progress_for
from bench.interrupts import interrupts_wait
from bench.records import Run
from bench.report.files import write_files
from bench.report.terminal import print_summary
from bench.report.terminal_builds import print_run
from bench.selection import Options
from bench.session import measure_run
from bench.store import load_run

INTERRUPTED = 130
DONE_WITH_FAILURES = 3


def measure_and_report(options: Options, gate: Gate | None = None) -> None:
    """Exits with 130 when interrupted, with 1 when something is slower than the ``gate`` of a comparison
    allows, with 3 when cells failed."""
    from bench.analysis.builds import by_build
    from bench.report.compared import of_pairs

    console = make_console()
    aside = make_console(sys.stderr) if gate and gate.markdown else console
    passed = True
    plain = partial(aside.print, soft_wrap=True, highlight=False, markup=False)
    began = time.monotonic()
    try:
        with progress_for(aside) as watcher:
            folder = measure_run(options, watcher, enough=precise)
    except KeyboardInterrupt:
        print("bench: interrupted before anything was measured.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    with interrupts_wait():  # what was measured is shown and written, however impatient the reader
        run = load_run(folder)
        builds = by_build(run)
        if gate is None:
            print_run(builds, console)
        elif gate.summary:
            print_summary(builds.summaries[-1], console)
        report = write_files(builds, folder)
        if gate is not None:
            passed = passes(of_pairs(run, run.plan.threshold), gate, console)
        plain(f"\nMeasured in {time.monotonic() - began:.0f} s. Report: {report}")
    if run.plan.status == "interrupted":
        plain(f"Interrupted: what was measured is in {folder}.")
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
