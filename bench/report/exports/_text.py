"""What the formats share: names that are unique, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


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
