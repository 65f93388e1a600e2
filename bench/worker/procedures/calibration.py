"""Calibration cell: the machine's effective cores now, and the error of its timer.

Measured in processes without a pool, so that it does not depend on any model.
"""

import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from statistics import median

from bench.core.records import Observation
from bench.worker.request import Request
from bench.worker.spin import SLICE_S, spin_for

SLICES = 5


def observe(request: Request) -> Observation:
    """The effective cores, the rounds a second of one of them, and the timer's error."""
    started = time.time()
    cores, rate = effective_cores(request.cell.concurrency, rounds=request.cell.n)
    return Observation(
        request.block,
        request.cell.key,
        started,
        effective_cores=cores,
        spin_rate=rate,
        timer_error_s=timer_error(),
    )


def spin() -> float:
    """Rounds per second of a loop in Python: the median of a few slices, so that a short disturbance
    spoils only one of them."""
    return median(spin_for(SLICE_S) for _ in range(SLICES))


def _spin_together(everyone: Barrier, results: Connection) -> None:
    everyone.wait(30)
    results.send(spin())


def rate_of(processes: int) -> float:
    """Rounds per second of this many fresh processes together; processes differ in speed by themselves."""
    context = multiprocessing.get_context("fork")
    everyone = context.Barrier(processes)
    doors = [context.Pipe(duplex=False) for _ in range(processes)]
    spinners = [context.Process(target=_spin_together, args=(everyone, door)) for _, door in doors]
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
