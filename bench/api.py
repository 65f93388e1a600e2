"""Runs from Python: ``bench.run`` measures as the command ``run`` does, ``bench.load`` reads a saved run, and
both give the run as data frames.

What is heavy is loaded when it is used. A mistake is a ``bench.UserError``; nothing ends the process.
"""

from __future__ import annotations

import os
import shlex
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cached_property
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bench.errors import UserError
from bench.records import Cell, Failure, Observation, Plan, Run, Scalar

if TYPE_CHECKING:
    import pandas as pd

    from bench.analysis.builds import Builds
    from bench.analysis.summary import Row
    from bench.selection import Options
    from bench.session import Watcher

Names = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Number = TypeVar("Number", int, float)

MODES = ("default", "quick", "thorough")
BOUNDS: dict[str, tuple[float, float]] = {  # as the command has them
    "concurrency": (1, 100_000),
    "tasks": (1, 10_000_000),
    "blocks": (1, 1000),
    "seed": (0, 2**63),
    "budget_s": (0.001, 31 * 86_400),
    "threshold": (0.001, 1),
}
FLAGS = {  # the command's options, by their names here
    "workloads": "-w",
    "clients": "--client",
    "runners": "-r",
    "concurrency": "-c",
    "tasks": "-n",
    "params": "-p",
    "pythons": "--python",
    "studies": "--study",
    "blocks": "--blocks",
    "seed": "--seed",
    "out": "--out",
    "threshold": "--threshold",
    "mongod": "--mongod",
}
CELL = (
    "python",
    "workload",
    "family",
    "client",
    "kind",
    "lesson",
    "runner",
    "concurrency",
    "tasks",
    "blocks",
)
COMPARED = ("seconds_per_task", "speedup", "low", "high", "level")
CLAIMS = ("python", "id", "statement", "verdict", "because")
FAILURES = ("python", "workload", "runner", "study", "block", "stage", "reason")


@dataclass(frozen=True, repr=False, eq=False)
class SavedRun:
    """A run, as it is saved. Its frames are made when they are first asked for."""

    record: Run

    @property
    def folder(self) -> Path:
        """Where it is."""
        return Path(self.record.folder)

    @property
    def plan(self) -> Plan:
        """What was decided beforehand: machine, interpreters, cells, seed; ``status`` says how it ended."""
        return self.record.plan

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each observation: a cell in a block, one fresh process. Columns and units are described
        in ``bench.analysis.frame``; a run without observations has none."""
        from bench.analysis.frame import frame

        return frame(self.record)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row for each cell of the comparison, over all blocks. What is not known is missing (``isna``).

        ==================================== ============================================================
        ``python``                           the interpreter, as the run calls it
        ``workload``, ``family``, ``client`` "http[httpx]", "http", "httpx"
        ``kind``, ``lesson``                 "io", "cpu-python" ...; whether it is shown for what it teaches
        ``runner``, ``concurrency``          the model, and the tasks in flight
        ``tasks``, ``blocks``                in each batch; in how many it was measured
        ``seconds_per_task``                 median over the blocks
        ``speedup``, ``low``, ``high``       over sync in the same block: median and interval
        ``level``                            the interval's confidence: 0.95 or more, or that of few blocks
        ``verdict``                          "faster", "slower", "equivalent", "unresolved" or "indicative"
                                             (too few blocks); "" for sync
        ``limit_speedup``, ``efficiency``    the most that is possible; how much of it was reached
        ``p50_s``, ``p95_s``, ``p99_s``      latencies over all blocks, in seconds
        ``flags``                            what to know before trusting the cell, by semicolons
        ==================================== ============================================================

        The others are those of ``frame``, medians or what was seen first: ``cpu_per_task_s``, ``startup_s``,
        ``memory_peak``, ``client_version`` ...
        """
        import pandas as pd

        from bench.analysis.summary import Row

        others = [
            each for each in fields(Row) if each.name not in ("cell", "info", "flags", *CELL, *COMPARED)
        ]
        names = [each.name for each in others]
        rows = [
            (*_cell(row), *_compared(row), *(getattr(row, name) for name in names), "; ".join(row.flags))
            for summary in self._builds.summaries
            for row in summary.rows
        ]
        table = pd.DataFrame(rows, columns=[*CELL, *COMPARED, *names, "flags"])
        numbers = [each.name for each in others if each.type == "float | None"]
        return table.astype(dict.fromkeys([*COMPARED, *numbers], float))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """What is said of concurrency in Python, judged by this run: ``python``, ``id``, ``statement``,
        ``verdict`` ("supported", "refuted", "partly", "unresolved", "not measured"), ``because``."""
        import pandas as pd

        from bench.analysis.builds import build_of
        from bench.findings import findings

        builds = self._builds
        rows = [
            (build_of(summary).name, each.claim.id, each.claim.statement, said.verdict, said.because)
            for summary in builds.summaries
            for each in findings(summary, builds.beside(summary)).judged
            for said in [each.judgement]
        ]
        return pd.DataFrame(rows, columns=list(CLAIMS))

    @cached_property
    def failures(self) -> pd.DataFrame:
        """A row for each cell that gave nothing in a block: ``python``, ``workload``, ``runner``, ``study``,
        ``block``, ``stage``, ``reason``."""
        import pandas as pd

        failed = [(self.plan.cell[each.key], each) for each in self.record.failures]
        rows = [
            (cell.python, cell.workload, cell.runner, cell.study, each.block, each.stage, each.reason)
            for cell, each in failed
        ]
        return pd.DataFrame(rows, columns=list(FAILURES))

    @cached_property
    def _builds(self) -> Builds:
        from bench.analysis.builds import by_build

        return by_build(self.record)

    def __repr__(self) -> str:
        what = f"{len(self.plan.cells)} cells, {len(self.record.observations)} observations"
        return f"<bench run {self.record.folder!r}, {self.plan.status}: {what}>"


def _cell(row: Row) -> tuple[Any, ...]:
    cell, info = row.cell, row.info
    about = (cell.python, cell.workload, info.family, info.client, info.kind, info.lesson)
    return (*about, cell.runner, cell.concurrency, cell.n, row.blocks)


def _compared(row: Row) -> tuple[float | None, ...]:
    seconds, speedup = row.seconds_per_task.median, row.speedup
    if speedup is None:
        return (seconds, None, None, None, None)
    return (seconds, speedup.median, speedup.low, speedup.high, speedup.level)


def load(path: str | os.PathLike[str] = "reports/latest") -> SavedRun:
    """Read the folder of a run. Raises UserError saying what is wrong with it."""
    from bench.store import load_run

    return SavedRun(load_run(Path(path)))


def run(
    *,
    workloads: Names = (),
    clients: Names = (),
    runners: Names = (),
    concurrency: int | None = None,
    tasks: int | None = None,
    params: Mapping[str, Scalar] | None = None,
    pythons: Names = (),
    studies: Names = (),
    mode: str = "default",
    blocks: int | None = None,
    budget_s: float | None = None,
    seed: int | None = None,
    out: str | os.PathLike[str] = "reports",
    threshold: float = 0.05,
    mongo_uri: str | None = None,
    mongod: str | None = None,
    progress: bool = False,
) -> SavedRun:
    """Measure, save and report as ``python -m bench run`` does with the options of these names.

    Names may be one or several. ``mode``: "default", "quick" or "thorough". ``params``: of the workloads,
    such as {"delay": 0.05}. ``budget_s``: seconds; no block begins that would end later. ``progress``: tell
    on standard error how it goes. Cells that fail raise nothing: see ``failures``.

    Raises UserError for what the caller must mend, and KeyboardInterrupt when it is interrupted: what was
    measured until then is in its folder.
    """
    from bench.catalog import unknown
    from bench.cli.options import mongo_of
    from bench.selection import Options

    if mode not in MODES:
        raise unknown("mode", str(mode), MODES)
    if studies and tasks is not None:
        raise UserError("A study sets its own number of tasks: leave out tasks, or studies.")
    options = Options(
        mode=mode,
        workloads=_names("workloads", workloads),
        clients=_names("clients", clients),
        runners=_names("runners", runners),
        params=tuple(f"{name}={value}" for name, value in (params or {}).items()),
        pythons=_names("pythons", pythons),
        studies=_names("studies", studies),
        concurrency=_whole("concurrency", concurrency),
        tasks=_whole("tasks", tasks),
        blocks=_whole("blocks", blocks),
        budget_s=None if budget_s is None else _number("budget_s", budget_s, float),
        seed=_whole("seed", seed),
        out=os.fspath(out),
        threshold=_number("threshold", threshold, float),
        **mongo_of(mongo_uri, mongod),
    )
    return _measure(replace(options, command=command_of(options)), progress)


def _measure(options: Options, progress: bool) -> SavedRun:
    from bench.analysis.builds import by_build
    from bench.cli.measuring import precise
    from bench.interrupts import interrupts_wait
    from bench.report.files import write_files
    from bench.session import measure_run

    if threading.current_thread() is not threading.main_thread():
        raise UserError("bench.run must be called in the main thread: that is where interrupts arrive.")
    with _watcher(progress) as watcher:
        folder = measure_run(options, watcher, enough=precise)
    with interrupts_wait():
        saved = load(folder)
        write_files(by_build(saved.record), folder)
    if saved.plan.status == "interrupted":
        raise KeyboardInterrupt(f"what was measured is in {folder}")
    return saved


class Quiet:
    """Watches a run, and says nothing but what went wrong around it."""

    def tell(self, text: str) -> None:
        pass

    def trying(self, label: str) -> None:
        pass

    def planned(self, plan: Plan, folder: Path) -> None:
        pass

    def measuring(self, block: int, cell: Cell) -> None:
        pass

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        pass

    def complain(self, text: str) -> None:
        warnings.warn(text, stacklevel=2)


@contextmanager
def _watcher(progress: bool) -> Iterator[Watcher]:
    if not progress:
        yield Quiet()
        return
    from rich.console import Console

    from bench.cli.progress import progress_for

    with progress_for(Console(stderr=True)) as watcher:
        yield watcher


def _names(option: str, given: Names) -> tuple[str, ...]:
    """One name or several; of interpreters, paths. Raises UserError for what is neither."""
    several = [given] if isinstance(given, str | os.PathLike) or not isinstance(given, Iterable) else given
    names = [os.fspath(each) if isinstance(each, os.PathLike) else each for each in several]
    for name in names:
        if not isinstance(name, str):
            raise UserError(f"{option}: {name!r} is no name: give text.")
    return tuple(names)


def _whole(option: str, given: int | None) -> int | None:
    return None if given is None else _number(option, given, int)


def _number(option: str, given: object, kind: type[Number]) -> Number:
    """A number within the bounds that the command sets. Raises UserError."""
    least, most = BOUNDS[option]
    noun = "a whole number" if kind is int else "a number"
    fits = isinstance(given, Integral if kind is int else Real) and not isinstance(given, bool)
    number: Any = given
    if not fits or not least <= number <= most:
        raise UserError(f"{option}={given!r}: it must be {noun} between {least:,} and {most:,}.")
    return kind(number)


def command_of(options: Options) -> str:
    """The command that does the same: it is saved with the run, to make it again by. No credentials."""
    from bench.services.starters import without_credentials

    words = ["python", "-m", "bench", "run"]
    for name, flag in FLAGS.items():
        given = getattr(options, name)
        if given != getattr(type(options)(), name):
            values = given if isinstance(given, tuple) else [given]
            words += [word for value in values for word in (flag, str(value))]
    words += [] if options.mode == "default" else [f"--{options.mode}"]
    words += ["--budget", f"{options.budget_s:.15g}s"] if options.budget_s else []
    if options.mongo_uri and options.mongo_uri_is_option:
        words += ["--mongo-uri", without_credentials(options.mongo_uri)]
    return shlex.join(words)
