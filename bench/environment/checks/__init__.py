"""Checks whether this machine is fit for benchmarking. Each file has one ``Check`` with its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.cell import Cell
from bench.core.cores import cgroups
from bench.core.observation import Failure, Observation
from bench.core.registry import Registry
from bench.core.run import Finding

if TYPE_CHECKING:  # it loads msgspec, which the definition of a check does not need
    from bench.environment.interpreter import Host


@dataclass(frozen=True)
class Scene:
    """What checks read and use; a test has its own file trees."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    connections: int = 1024  # of one process: those of a sweep, unless a run knows better
    mongo_uri: str | None = None
    host: Host | None = None  # the interpreter that measures; None: unknown
    measure: Callable[[Cell], Observation | Failure] | None = None  # a cell in a fresh process
    keep_env: tuple[str, ...] = ()  # variables that measured processes keep, see core.variables

    def cgroups(self, controller: str) -> Iterator[Path]:
        """See ``bench.core.cores.cgroups``."""
        return cgroups(controller, self.proc, self.sys / "fs/cgroup")


@dataclass(frozen=True)
class Check:
    """A check of the machine; they run in the order of ``place``."""

    name: str
    place: int
    look: Callable[[Scene], list[Finding]]
    quick: bool = False  # measures nothing and takes milliseconds: part of every run


CHECKS: Registry[Check] = Registry("check", "bench.environment.checks", Check, group="bench.checks")


def contents(path: Path) -> str | None:
    """The text of a small file of the system's, stripped; None where it cannot be read."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None


def number(path: Path) -> int | None:
    """Its integer; None where there is none, as in "max"."""
    try:
        return int(contents(path) or "")
    except ValueError:
        return None


def judged(name: str, good: bool, said: str, advice: str) -> Finding:
    """A finding that is good, or poor and has advice."""
    return Finding(name, "good", said) if good else Finding(name, "poor", said, advice)


def look(scene: Scene, *, quick: bool = False) -> Iterator[Finding]:
    """The findings of all checks, or of the quick ones, each as soon as it is known."""
    for check in CHECKS.all:
        if check.quick or not quick:
            try:
                yield from check.look(scene)
            except Exception as error:  # a check is advice: its failure must not end a run
                yield Finding(check.name, "unknown", f"unknown: {type(error).__name__}")
