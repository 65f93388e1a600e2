"""The physical limit: what no scheduler could beat."""

from __future__ import annotations


def least_seconds(wait: float, cpu: float, concurrency: int, cores: int) -> float:
    """The least seconds per task for many tasks that each wait ``wait`` and compute ``cpu`` seconds.

    ``concurrency`` at once share the waiting, and no more than ``cores`` of them the computing:
    max((w + p) / c, p / min(c, cores)).
    """
    return max((wait + cpu) / concurrency, cpu / min(concurrency, cores))
