"""A busy loop of pure Python that allocates no object.

``python -m bench.worker.spin`` prints an empty line when it is up, and computes until killed.
"""

import time
from itertools import repeat

SLICE_S = 0.02


def spin_for(seconds: float) -> float:
    """Compute for this long; returns the rounds per second."""
    rounds = 0
    begin = now = time.perf_counter()
    while now - begin < seconds:
        for _ in repeat(None, 2000):  # allocates no object: its speed must not depend on memory layout
            pass
        rounds += 1
        now = time.perf_counter()
    return rounds / (now - begin)


def main() -> None:
    print(flush=True)
    while True:
        spin_for(SLICE_S)


if __name__ == "__main__":
    main()
