"""Calibration cell: the machine's effective cores and speed now, and the error of its timer.

Measured in processes without a pool, so that it does not depend on any model.
"""

import multiprocessing
import time
from collections.abc import Callable
from itertools import repeat
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from statistics import median

from bench.core.observation import Observation
from bench.worker.request import Request
from bench.worker.spin import SLICE_S, spin_for

SLICES, GAUGE_SLICES = 5, 3


def observe(request: Request) -> Observation:
    """The effective cores, the rounds a second of one of them, and the timer's error. ``figures``:
    gauge_rate, by which saved runs are corrected."""
    started = time.time()
    cores, rate = effective_cores(request.cell.concurrency, rounds=request.cell.n)
    return Observation(
        request.block,
        request.cell.key,
        started,
        effective_cores=cores,
        spin_rate=rate,
        timer_error_s=timer_error(),
        figures={"gauge_rate": median(rate_of(1, gauge) for _ in range(request.cell.n))},
    )


def spin() -> float:
    """Rounds per second of a loop in Python: the median of a few slices, so that a short disturbance
    spoils only one of them."""
    return median(spin_for(SLICE_S) for _ in range(SLICES))


def gauge() -> float:
    """Rounds per second of ordinary Python. *Here*, over 30 processes on a busy machine, that of an empty
    loop scattered by 18 % (median absolute deviation, as a standard deviation), this by 2.4 %."""
    return median(spin_for(SLICE_S, ordinary) for _ in range(GAUGE_SLICES))


def ordinary() -> int:
    """Calls, numbers, a list and a dictionary."""
    total, kept = 0, [0] * 64
    for i in repeat(7, 120):
        total = abs(total + kept[i])
        kept[i] = total & 255
        total = len({"a": total}) + total
    return total


def _measure(measure: Callable[[], float], everyone: Barrier, results: Connection) -> None:
    everyone.wait(30)
    results.send(measure())


def rate_of(processes: int, measure: Callable[[], float] = spin) -> float:
    """Rounds per second of this many fresh processes together; processes differ in speed by themselves."""
    context = multiprocessing.get_context("fork")
    everyone = context.Barrier(processes)
    doors = [context.Pipe(duplex=False) for _ in range(processes)]
    spinners = [context.Process(target=_measure, args=(measure, everyone, door)) for _, door in doors]
    for spinner in spinners:
        spinner.start()
    together = sum(float(receive.recv()) for receive, _ in doors)
    for spinner in spinners:
        spinner.join()
    return together


def effective_cores(cores: int, rounds: int) -> tuple[float, float]:
    """(effective cores, rounds per second of one process alone).

    The ratio of two medians: of the rate of ``cores`` processes (at least two) and of one alone, measured in
    turn ``rounds`` times. At most ``cores``, except for noise.
    """
    alone: list[float] = []
    together: list[float] = []
    for _ in range(rounds):
        alone.append(rate_of(1))
        together.append(rate_of(max(cores, 2)))
    return median(together) / median(alone), median(alone)


def timer_error() -> float:
    """Seconds by which a sleep of 1 ms comes late: the median of 21."""
    late = []
    for _ in range(21):
        begin = time.perf_counter()
        time.sleep(0.001)
        late.append(time.perf_counter() - begin - 0.001)
    return median(late)
