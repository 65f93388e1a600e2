"""A workload that says how far it has come, for tests that kill something in mid-batch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import Workload, param

FIRST = 4  # tasks of this number and above are those of the batch, not of the warm-up


@dataclass(frozen=True)
class Touches(Workload):
    """Makes a file named after its task in a folder, and waits."""

    folder: str = param("", "the folder")

    name = "touches"
    family = "touches"
    bound = "io"
    flavours = frozenset({"sync"})

    def task(self, session: Any, i: int) -> int:
        Path(self.folder, str(i)).touch()
        time.sleep(0.2)
        return i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i
