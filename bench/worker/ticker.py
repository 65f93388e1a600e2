"""How long another thread waits for the GIL while something runs. Standard library only."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench.worker.sampler import Sample, sampled, usual_lateness

LATE_S = 0.25e-3  # from here on it is asked where the other thread is


class Waited(NamedTuple):
    """What a thread beside a function saw."""

    share: float  # of the time, in which it waited for the GIL
    longest_s: float  # of its waits
    samples: Sequence[Sample]  # where the function was after waits that are not short

    @property
    def line(self) -> str:
        """Where the function was most of the time that was waited; "" without waits that are not short."""
        lines: dict[str, float] = defaultdict(float)
        for sample in self.samples:
            lines[sample.line] += sample.late_s
        return max(lines, key=lines.__getitem__, default="")


def waited_beside(work: Callable[[], object], usual_s: float | None = None) -> Waited:
    """How long another thread waits for the GIL while ``work`` runs in this one: nearly all the time where it
    computes in Python or holds the GIL in C, nearly none where it releases it. ``usual_s``: the usual
    lateness of a sleep, where it is known. Raises what ``work`` raises."""
    usual = usual_lateness() if usual_s is None else usual_s
    with sampled(lambda at_ns, late_s: late_s > LATE_S, usual) as sampler:
        work()
    return Waited(sampler.waited_s / sampler.took_s, sampler.longest_s, sampler.samples)
