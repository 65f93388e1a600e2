"""The report of a run that goes on: written between blocks, and reloading itself until the run has ended.

Nothing is measured while it is written. Rendering the report of a default run takes about 0.4 s (and once
0.7 s for imports, which the end of a run needs anyway), so that it waits for ``SELDOM`` times as long as it
took the last time: it costs at most 1 % of a run. In between only the number of the block is written anew.
"""

import shlex
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.core.run import Run
from bench.execution.signals import interrupts_wait
from bench.planning.blocks import expected_seconds
from bench.report.links import REPORT

SELDOM = 100
LEAST_S = 5.0  # a shorter run has its report soon enough
RELOADS_S = 5, 60  # at least and at most: about once a block
BLOCK = "\ue000"  # the place of its number in a page: no text of a run has it, see ``core.sanitize``


@dataclass(frozen=True)
class Live:
    """What the page of a run that goes on says of that."""

    note: str  # "block 3 of 8"
    reload_s: int  # seconds after which it reloads
    command: str  # that writes the report of a run that was killed


class LiveReport:
    """Writes the pages of a run between its blocks. A failure is told once, and ends the pages, not the run.

    ``show``: open the report in a browser, at once.
    """

    def __init__(self, complain: Callable[[str], None], *, show: bool = False) -> None:
        self.complain, self.show = complain, show
        self.pages: dict[str, str] = {}  # by file
        self.rendered = time.monotonic()
        self.cost_s = 0.0
        self.failed = False

    def __call__(self, run: Run, block: int) -> None:
        """Write the pages before a block begins, by its number from 0."""
        if self.failed or block >= run.plan.blocks:
            return
        try:
            with interrupts_wait():  # half of an import could not be taken up again
                self._write(run, block)
        except Exception as error:
            self.failed = True
            why = f"{type(error).__name__}: {error}"
            self.complain(f"No report during the run ({why}); it is written at the end.")

    def _write(self, run: Run, block: int) -> None:
        waited = time.monotonic() - self.rendered
        due = self.show or (run.results and waited >= max(LEAST_S, SELDOM * self.cost_s))
        if not due and not self.pages:
            return
        from bench.report import files  # pandas, which a run does not wait for before it begins

        new, folder = not self.pages, Path(run.folder)
        if due:
            began = time.monotonic()
            self.pages = files.live_pages(run, live_of(run))
            self.rendered = time.monotonic()
            self.cost_s = self.rendered - began
        numbered = {file: text.replace(BLOCK, str(block + 1)) for file, text in self.pages.items()}
        files.write_live(numbered, folder, new=new)
        if self.show:
            self.show = False
            webbrowser.open((folder / REPORT).resolve().as_uri())


def live_of(run: Run) -> Live:
    """What the page of a run that goes on says of that."""
    least, most = RELOADS_S
    block_s = round(expected_seconds(run.plan) / run.plan.blocks)
    command = f"python -m bench report {shlex.quote(run.folder)}"
    return Live(f"block {BLOCK} of {run.plan.blocks}", min(max(block_s, least), most), command)
