"""Is this machine fit to measure on? Each file has a ``Check`` of its name, which may find several things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.records import Cell, Failure, Finding, Observation
from bench.core.registry import Registry

if TYPE_CHECKING:  # it loads msgspec, and a check of others' may be defined without
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

    name: str
    place: int
    look: Callable[[Scene], list[Finding]]
    quick: bool = False  # measures nothing and takes milliseconds: part of every run


CHECKS: Registry[Check] = Registry("check", "bench.environment.checks", Check, group="bench.checks")


def look(scene: Scene, *, quick: bool = False) -> Iterator[Finding]:
    """What the checks find, each as soon as it is known; ``quick``: of the quick ones alone."""
    for check in CHECKS.all:
        if check.quick or not quick:
            try:
                yield from check.look(scene)
            except Exception as error:  # advice: what it trips over must not end a run
                yield Finding(check.name, "unknown", f"not told: {type(error).__name__}")
