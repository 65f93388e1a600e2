"""Is this machine fit to measure on? Each file has a check, or a few that belong together, as its ``CHECK``.
A new file is found by itself; those whose names begin with "_" help the others."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.core.records import Cell, Failure, Finding, Observation
from bench.environment.interpreter import Host


@dataclass(frozen=True)
class Scene:
    """Where checks look, and with what: a test has trees of its own."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    connections: int = 1024  # open at once in one process: those of a sweep, unless a run knows better
    mongo_uri: str | None = None
    host: Host | None = None  # the interpreter that measures; None: nobody asked it
    measure: Callable[[Cell], Observation | Failure] | None = None  # a cell in a fresh process


@dataclass(frozen=True)
class Check:
    """What is looked at, and when: in order of ``place``."""

    place: int
    look: Callable[[Scene], list[Finding]]
    quick: bool = False  # measures nothing and takes milliseconds: part of every run


@cache
def all_checks() -> Mapping[str, Check]:
    """Every check by its file's name, in the order in which they are made."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    checks: dict[str, Check] = {
        name: importlib.import_module(f"bench.environment.checks.{name}").CHECK for name in names
    }
    return dict(sorted(checks.items(), key=lambda item: item[1].place))


def look(scene: Scene, *, quick: bool = False) -> Iterator[Finding]:
    """What the checks find, each as soon as it is known; ``quick``: of the quick ones alone."""
    for name, check in all_checks().items():
        if check.quick or not quick:
            try:
                yield from check.look(scene)
            except Exception as error:  # advice: what it trips over must not end a run
                yield Finding(name, "unknown", f"not told: {type(error).__name__}")
