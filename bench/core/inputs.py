"""Arguments of the user's function: of one call, or of several from a file, a line of JSON for each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

MOST = 1000  # inputs
Given = list[Any] | dict[str, Any]


def read_inputs(path: Path) -> list[Given]:
    """The arguments of each call; empty lines are skipped. Raises OSError, and ValueError with the reason for
    a file that is not such a one."""
    lines = path.read_text(encoding="utf-8").split("\n")  # JSON may have other ends of lines within
    found = [parse(line, f"line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not 0 < len(found) <= MOST:
        raise ValueError(f"it has {len(found):,} lines: give from 1 to {MOST:,}")
    return found


def parse(text: str, where: str) -> Given:
    """Arguments written as JSON. Raises ValueError with the reason."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f'{where} is not JSON ({error}): write a list, such as [1, "a"]') from None
    if not isinstance(given, list | dict):
        raise ValueError(f"{where} is neither a list nor an object: write [{text}] for one argument")
    return given


@dataclass(frozen=True)
class CallsInTurn:
    """A function with each of its inputs, by the number of the call: a session of it."""

    all: Sequence[partial[Any]]

    def __call__(self, number: int) -> Any:
        return self.all[number % len(self.all)]()
