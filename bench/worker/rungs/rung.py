"""What a rung is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

Doer = Callable[[int], Any]


@dataclass(frozen=True)
class Rung:
    """One way. ``model`` is the runner whose idiom it belongs to."""

    name: str
    model: str
    open: Callable[[], AbstractContextManager[Doer]]
    hold: Callable[[int], AbstractContextManager[list[int]]] | None = None
    held: int = 0  # so many at once tell what one of them takes
    at_once: int = 1  # done in groups of so many
    python: tuple[int, int] = (3, 11)  # the first version that has it
