"""The calibration cell: how many cores the machine really gives now, and how true its timer is.

Processes of their own, with no pool between: the measure must not depend on what it is a measure for.
"""

from __future__ import annotations

import multiprocessing
import time
from itertools import repeat
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from statistics import median

SPIN_S = 0.15


def spin(seconds: float) -> float:
    """Rounds a second of a loop in Python, over ``seconds``."""
    rounds = 0
    begin = now = time.perf_counter()
    while now - begin < seconds:
        for _ in repeat(None, 2000):  # makes no object: its speed must not depend on memory layout
            pass
        rounds += 1
        now = time.perf_counter()
    return rounds / (now - begin)


def _spin_together(everyone: Barrier, results: Connection) -> None:
    everyone.wait(30)
    results.send(spin(SPIN_S))


def effective_cores(cores: int) -> tuple[float, float]:
    """(effective cores, rounds a second of one process alone).

    ``cores`` processes (at least two) spin together, against one alone before and after: the sum of
    their rates over its rate. Never more than it is asked for, but for noise.
    """
    context = multiprocessing.get_context("fork")
    before = spin(SPIN_S)
    k = max(cores, 2)
    everyone = context.Barrier(k)
    doors = [context.Pipe(duplex=False) for _ in range(k)]
    spinners = [context.Process(target=_spin_together, args=(everyone, door)) for _, door in doors]
    for spinner in spinners:
        spinner.start()
    together = sum(receive.recv() for receive, _ in doors)
    for spinner in spinners:
        spinner.join()
    alone = (before + spin(SPIN_S)) / 2
    return together / alone, alone


def timer_error() -> float:
    """Seconds by which a sleep of 1 ms comes late: the median of 21."""
    late = []
    for _ in range(21):
        begin = time.perf_counter()
        time.sleep(0.001)
        late.append(time.perf_counter() - begin - 0.001)
    return median(late)
