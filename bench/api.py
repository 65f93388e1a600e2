"""Measuring from Python: ``bench.run`` does what the command ``run`` does, and gives the run as data frames.

What is heavy is loaded when it is used. A mistake is a ``bench.UserError``; nothing ends the process.
"""

from __future__ import annotations

import os
import shlex
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bench.core.errors import UserError
from bench.core.records import Cell, Failure, Observation, Plan, Scalar
from bench.report.saved_run import SavedRun, load

if TYPE_CHECKING:
    from bench.execution.session import Watcher
    from bench.planning.selection import Options

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
    "memory_limit": (1, 2**60),
}
FLAGS = {  # the command's options, by their names here
    "workloads": "-w",
    "clients": "--client",
    "runners": "-r",
    "concurrency": "-c",
    "tasks": "-n",
    "params": "-p",
    "pythons": "--python",
    "against": "--against",
    "studies": "--study",
    "blocks": "--blocks",
    "seed": "--seed",
    "out": "--out",
    "threshold": "--threshold",
    "mongod": "--mongod",
    "memory_limit": "--memory-limit",
    "dask_scheduler": "--dask-scheduler",
}


def run(
    *,
    workloads: Names = (),
    clients: Names = (),
    runners: Names = (),
    concurrency: int | None = None,
    tasks: int | None = None,
    params: Mapping[str, Scalar] | None = None,
    pythons: Names = (),
    against: str = "",
    studies: Names = (),
    mode: str = "default",
    blocks: int | None = None,
    budget_s: float | None = None,
    seed: int | None = None,
    out: str | os.PathLike[str] = "reports",
    threshold: float | None = None,
    mongo_uri: str | None = None,
    mongod: str | None = None,
    memory_limit: int | None = None,
    dask_scheduler: str | None = None,
    progress: bool = False,
) -> SavedRun:
    """Measure, save and report as ``python -m bench run`` does with the options of these names.

    Names may be one or several. ``mode``: "default", "quick" or "thorough". ``params``: of the workloads,
    such as {"delay": 0.05}. ``budget_s``: seconds; no block begins that would end later. ``memory_limit``:
    bytes that a cell's processes may take together. ``progress``: tell on standard error how it goes. Cells
    that fail raise nothing: see ``failures``.

    Raises UserError for what the caller must mend, and KeyboardInterrupt when it is interrupted: what was
    measured until then is in its folder.
    """
    from bench.cli.options import mongo_of, scheduler_of, threshold_of
    from bench.core.registry import unknown
    from bench.planning.selection import Options

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
        against=against,
        bare=bool(against),
        threshold=threshold_of(
            None if threshold is None else _number("threshold", threshold, float), side_by_side=bool(against)
        ),
        memory_limit=_whole("memory_limit", memory_limit),
        dask_scheduler=scheduler_of(dask_scheduler),
        **mongo_of(mongo_uri, mongod),
    )
    return _measure(replace(options, command=command_of(options)), progress)


def _measure(options: Options, progress: bool) -> SavedRun:
    from bench.analysis.builds import by_build
    from bench.cli.measuring import precise
    from bench.execution.run import measure_run
    from bench.execution.signals import interrupts_wait
    from bench.report.files import write_files

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

    def planned(self, plan: Plan, folder: Path, there: Sequence[Cell]) -> None:
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

    from bench.report.terminal.progress import progress_for

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
    from bench.core.credentials import repeatable

    words = ["python", "-m", "bench", "run"]
    for name, flag in FLAGS.items():
        given = getattr(options, name)
        if given != getattr(type(options)(), name):
            values = given if isinstance(given, tuple) else [given]
            words += [word for value in values for word in (flag, str(value))]
    words += [] if options.mode == "default" else [f"--{options.mode}"]
    words += ["--budget", f"{options.budget_s:.15g}s"] if options.budget_s else []
    if options.mongo_uri and options.mongo_uri_is_option:
        words += ["--mongo-uri", repeatable(options.mongo_uri)]
    return shlex.join(words)
