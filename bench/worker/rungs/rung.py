"""What a rung is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Doer = Callable[[int], Any]


@dataclass(frozen=True)
class Rung:
    """One way. ``model`` is the runner whose idiom it belongs to.

    Its functions stand in a module of this package that is loaded when they are measured: no rung must pay
    for what another imports.
    """

    name: str
    model: str
    does: str  # "module.function"
    holds: str = ""  # "module.function", where one that waits takes memory
    arguments: tuple[Any, ...] = ()  # of both
    held: int = 0  # so many at once tell what one of them takes
    at_once: int = 1  # done in groups of so many
    python: tuple[int, int] = (3, 11)  # the first version that has it

    def open(self) -> AbstractContextManager[Doer]:
        """Start what the rung needs; what comes back does it so many times."""
        manager: AbstractContextManager[Doer] = _found(self.does)(*self.arguments)
        return manager

    def hold(self, n: int) -> AbstractContextManager[list[int]]:
        """Keep so many alive; what comes back are the processes in which they live."""
        manager: AbstractContextManager[list[int]] = _found(self.holds)(*self.arguments, n)
        return manager


def _found(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"bench.worker.rungs.{module}"), function)
    return found
