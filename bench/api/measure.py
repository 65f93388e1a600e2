"""Measuring from Python: ``bench.run`` does what the command ``run`` does, and returns data frames.

Heavy packages are loaded when used. A mistake raises ``bench.UserError``; nothing ends the process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bench.core.code_loading import loading
from bench.core.errors import UserError
from bench.core.run import Run
from bench.execution.signals import interrupts_wait
from bench.planning.keywords import options_of
from bench.planning.options import RULES
from bench.report.live import LiveReport
from bench.report.saved_run import SavedRun

if TYPE_CHECKING:
    from bench.execution.session import Watcher

ONE_AT_A_TIME = threading.Lock()  # runs of other threads wait: side by side they would measure each other


def run(*, progress: bool = False, **options: Any) -> SavedRun:
    """Measure, save and report as ``python -m bench run`` (or ``advise``, with a ``function``) does.

    The options are those of the command. An option that takes several values takes one or a sequence;
    ``workloads`` also takes classes or an instance, even of a notebook; ``params`` is a mapping, ``budget_s``
    in seconds, ``memory_limit`` in bytes:

    {options}

    ``progress`` shows progress on standard error. Failed cells do not raise: see ``failures``.

    Raises UserError for invalid arguments, and KeyboardInterrupt when interrupted: the results so far are in
    the run's folder. Interrupts reach it in the main thread only; one run measures at a time.
    """
    if what := loading():
        raise UserError(
            f"{what} calls bench.run when it is loaded for measuring: put that call under"
            ' `if __name__ == "__main__":`.'
        )
    checked = options_of(options).checked()

    from bench.execution.run import measure_run  # msgspec and psutil: an import of bench must cost nothing
    from bench.report.files import write_files  # pandas, as above

    with ONE_AT_A_TIME, _watcher(progress) as watcher:
        measured = measure_run(checked, watcher, settled, LiveReport(watcher.complain))
    with interrupts_wait():
        saved = SavedRun(measured)
        write_files(saved.findings, saved.folder)
    if saved.plan.status == "interrupted":
        raise KeyboardInterrupt(f"what was measured is in {saved.folder}")
    return saved


run.__doc__ = (run.__doc__ or "").replace(
    "{options}",
    "\n    ".join(f"``{name}``: {rule.help or ' or '.join(rule.modes)}" for name, rule in RULES.items()),
)


def settled(run: Run) -> set[str]:
    """Keys of the cells that need no more blocks."""
    from bench.analysis import stopping  # pandas, for which no run waits before it is asked for

    return stopping.settled(run)


@contextmanager
def _watcher(progress: bool) -> Iterator[Watcher]:
    if not progress:
        from bench.execution.session import Quiet  # msgspec and psutil, as above

        yield Quiet()
        return
    from bench.report.terminal.progress import progress_for  # rich: 50 ms that a quiet run need not wait for

    with progress_for() as watcher:
        yield watcher
