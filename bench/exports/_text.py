"""Text from a run, which may be anything, as text that other tools can hold and print."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

LONGEST = 200  # characters of a name


def clean(text: str, longest: int = LONGEST) -> str:
    """The text on one line: what cannot be printed is written as an escape, what is too long is cut."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: longest + 1]
    ).strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def unique(names: Iterable[str]) -> list[str]:
    """The names; those that are taken already get a number."""
    taken: set[str] = set()
    found = []
    for name in names:
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} #{number}"
        taken.add(free)
        found.append(free)
    return found


def to_json(value: Any) -> str:
    """JSON in ASCII on one line. Raises ValueError for NaN and infinities, which JSON does not have."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n"
