"""The Universal Scalability Law, where the data hold it.

N. J. Gunther, *Guerrilla Capacity Planning* (2007), ch. 4: throughput at concurrency N is
X(N) = l N / (1 + s (N - 1) + k N (N - 1)): l for one at a time, s for what is done one after the other
(contention), k for what each must agree on with each other (coherency). It has its peak at sqrt((1 - s) / k).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST_LEVELS = 6
WORST_RESIDUAL = 0.15  # as a share of what was measured


@dataclass(frozen=True)
class Law:
    """A fit that holds: no measured throughput is further from it than 15 %."""

    single: float  # l, tasks/s
    contention: float  # s
    coherency: float  # k
    last: float  # the highest level measured

    def throughput(self, concurrency: float) -> float:
        """Tasks/s at that concurrency."""
        n = concurrency
        return self.single * n / (1 + self.contention * (n - 1) + self.coherency * n * (n - 1))

    @property
    def peak(self) -> float | None:
        """The concurrency at which throughput is highest, if that lies within what was measured."""
        if self.coherency <= 0 or self.contention >= 1:
            return None
        place = math.sqrt((1 - self.contention) / self.coherency)
        return place if 1 < place < self.last else None


def fit(throughputs: Mapping[int, float]) -> Law | None:
    """The law fitted to tasks/s by concurrency, least squares of the logarithms; None where it does not hold
    or fewer than six levels were measured."""
    if len(throughputs) < FEWEST_LEVELS:
        return None
    from scipy.optimize import least_squares  # half a second, for the few runs that have a sweep

    levels = sorted(throughputs)

    def law(parameters: Sequence[float]) -> Law:
        single, contention, coherency = (float(parameter) for parameter in parameters)
        return Law(math.exp(single), contention, coherency, levels[-1])

    def residuals(parameters: Sequence[float]) -> list[float]:
        fitted = law(parameters)
        return [math.log(fitted.throughput(level) / throughputs[level]) for level in levels]

    found = least_squares(
        residuals,
        (math.log(throughputs[levels[0]] / levels[0]), 0.01, 1e-6),
        bounds=([-math.inf, 0, 0], [math.inf, 1, 1]),
        x_scale=(1, 1e-2, 1e-5),
    )
    worst = max(abs(math.expm1(residual)) for residual in residuals(found.x))
    return law(found.x) if worst <= WORST_RESIDUAL else None
