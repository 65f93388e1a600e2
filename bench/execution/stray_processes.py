"""Processes that left the group they were started in: a daemon that a task made, for instance.

What is measured carries a mark in its environment, which its children inherit wherever they go.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import psutil

MARK = "BENCH_MARK"
"""Variable of a measured process's environment: which run it belongs to."""

ROUNDS, ROUND_S = 50, 0.02  # until none is left: they may start others meanwhile


def end_marked(mark: str) -> None:
    """Kill every process that carries the mark."""
    for _ in range(ROUNDS):
        found = list(marked(mark))
        if not found:
            return
        for process in found:
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile, or is another user's by now
                process.kill()
        time.sleep(ROUND_S)


def marked(mark: str) -> Iterator[psutil.Process]:
    """The processes that carry the mark, as far as this user may look."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except (psutil.Error, OSError):
            continue
