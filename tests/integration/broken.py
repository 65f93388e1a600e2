"""Workloads that go wrong, each in its own way."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import Env, Workload, param


@dataclass(frozen=True)
class Broken(Workload):
    """Goes wrong ``how`` at task ``at``."""

    how: str = param("raise", "what goes wrong")
    at: int = param(3, "in which task")

    name = "broken"
    family = "broken"
    bound = "none"
    flavours = frozenset({"sync", "asyncio"})

    @contextmanager
    def open(self, env: Env) -> Iterator[None]:
        if self.how == "open":
            raise OSError("no session to be had")
        yield
        if self.how == "close":
            raise OSError("the session does not close")

    def task(self, session: Any, i: int) -> int:
        if i != self.at:
            return i
        if self.how == "raise":
            raise RuntimeError("this task breaks")
        if self.how == "exit":
            os._exit(7)
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "hang":
            time.sleep(3600)
        if self.how == "print":
            print("{}\nrubbish" * 1000)
            print("x" * 10_000, file=sys.stderr)
        return i + 1 if self.how == "wrong" else i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i
