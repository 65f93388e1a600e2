"""A workload whose sessions leave a mark, for tests that each is opened and closed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_native_id
from typing import Any

from bench import Env, Workload, param


@dataclass(frozen=True)
class Marks(Workload):
    """Writes a line to a file as its session opens, and one as it closes."""

    path: str = param("", "the file")

    name = "marks"
    family = "marks"
    bound = "none"
    flavours = frozenset({"sync"})

    @contextmanager
    def open(self, env: Env) -> Iterator[None]:
        self.write("opened")
        yield
        self.write("closed")

    def write(self, what: str) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{what} {get_native_id()}\n".encode())
        os.close(file)

    def task(self, session: Any, i: int) -> int:
        return i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i
