"""A busy loop of pure Python that allocates no object.

``python -m bench.worker.spin`` prints an empty line when it is up, and computes until killed.
"""

import time
from collections.abc import Callable
from itertools import repeat

SLICE_S = 0.02


def nothing() -> None:
    """Allocates no object, so that many at once do not meet in memory."""
    for _ in repeat(None, 2000):
        pass


def spin_for(seconds: float, round: Callable[[], object] = nothing) -> float:
    """Compute for this long; returns the rounds per second."""
    rounds = 0
    begin = now = time.perf_counter()
    while now - begin < seconds:
        round()
        rounds += 1
        now = time.perf_counter()
    return rounds / (now - begin)


def main() -> None:
    print(flush=True)
    while True:
        spin_for(SLICE_S)


if __name__ == "__main__":
    main()
