"""What ratios of paired cells decide. A ratio is that of two cells of the same block; above 1 is faster.

Every verdict is a one-sided test, which may use the whole level of its comparison:

=========== =====================================================================================
faster      the ratio is above 1 + threshold
no gain     the ratio is below 1 + threshold: the opposite, of which both cannot be true
slower      there is no gain, and the ratio is below 1 / (1 + threshold)
equivalent  there is no gain, and the ratio is above 1 / (1 + threshold): two one-sided tests together
=========== =====================================================================================

The tests are Wilcoxon's signed ranks on the logs of up to ``RANKED`` ratios, and the sign test on more: where
one side is disturbed, so that the ratios are not symmetric, signed ranks err the more the more there are.
Several comparisons that answer one question share the level (Holm's step-down procedure, 1979).
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from bench.analysis.rank_intervals import paired_shift, signed_rank_p
from bench.analysis.statistics import LEVEL, Estimate, estimate

GAINS = 1.2  # a speed-up below it is not worth a change of model
RANKED = 16

K = TypeVar("K", bound=Hashable)


class Verdict(StrEnum):
    """What a comparison decides; what changed comes first."""

    SLOWER = "slower"
    FASTER = "faster"
    UNRESOLVED = "unresolved"
    INDICATIVE = "indicative"
    NO_GAIN = "no gain"
    EQUIVALENT = "equivalent"


def estimate_ratio(ratios: Sequence[float], level: float = LEVEL) -> Estimate:
    """The middle of positive ratios within blocks, with its interval: of Hodges and Lehmann with Wilcoxon's
    signed ranks, of more than ``RANKED`` the median with that of the sign test. Raises ValueError without
    ratios."""
    if len(ratios) > RANKED:
        return estimate(ratios, level)
    found = paired_shift([math.log(ratio) for ratio in ratios], level)
    return Estimate(math.exp(found.median), math.exp(found.low), math.exp(found.high), found.level, found.n)


def ratio_of(values: Iterable[float]) -> Estimate | None:
    """``estimate_ratio`` of the ratios that are known and positive; None where none is."""
    known = [float(value) for value in values if value > 0]  # no NaN is
    return estimate_ratio(known) if known else None


def decide(
    ratios: Mapping[K, Sequence[float]],
    threshold: float,
    tries: Mapping[K, int] | None = None,
    level: float = LEVEL,
) -> dict[K, Verdict]:
    """The verdict of each comparison of a family, at a level for all of them together. ``tries``: of how many
    candidates a comparison is the best, where it is of more than one. "indicative" where so few blocks cannot
    give the level."""
    tries = tries or {}
    logs = {key: [math.log(ratio) for ratio in values] for key, values in ratios.items()}
    gains = {key: one_sided(values, math.log1p(threshold), tries.get(key, 1)) for key, values in logs.items()}
    losses = {
        key: one_sided(values, -math.log1p(threshold), tries.get(key, 1)) for key, values in logs.items()
    }
    of_gain, of_loss = (
        holm({key: min(both) for key, both in sides.items()}, level) for sides in (gains, losses)
    )
    found = {}
    for key, values in logs.items():
        if tries.get(key, 1) * 0.5 ** len(values) > (1 - level) / len(logs):
            found[key] = Verdict.INDICATIVE
        elif not of_gain[key]:
            found[key] = Verdict.UNRESOLVED
        elif gains[key][0] < gains[key][1]:
            found[key] = Verdict.FASTER
        elif not of_loss[key]:
            found[key] = Verdict.NO_GAIN
        else:
            found[key] = Verdict.EQUIVALENT if losses[key][0] < losses[key][1] else Verdict.SLOWER
    return found


def one_sided(logs: Sequence[float], bound: float, tries: int) -> tuple[float, float]:
    """How probable such logs are if their middle is not above the bound; and if it is not below it. For the
    best of several tries, as often more."""
    shifted = [value - bound for value in logs]
    test = signed_rank_p if len(logs) <= RANKED else sign_p
    return min(tries * test(shifted), 1.0), min(tries * test([-value for value in shifted]), 1.0)


def sign_p(values: Sequence[float]) -> float:
    """P(as many or more are above 0), if each is as often below: the sign test. A zero is not above."""
    n, above = len(values), sum(value > 0 for value in values)
    return sum(math.comb(n, j) for j in range(above, n + 1)) / 2.0**n


def holm(probabilities: Mapping[K, float], level: float = LEVEL) -> dict[K, bool]:
    """Which are decided, at a level for all of them together: the smallest at all of it divided by their
    number, the next by one less, until one is not."""
    decided = dict.fromkeys(probabilities, False)
    for rank, key in enumerate(sorted(probabilities, key=lambda key: probabilities[key])):
        if probabilities[key] > (1 - level) / (len(probabilities) - rank):
            break
        decided[key] = True
    return decided


def place(interval: Estimate, threshold: float) -> Verdict:
    """Where an interval lies against 1 and the threshold around it, which is symmetric on the log scale."""
    most, least = 1 + threshold, 1 / (1 + threshold)
    if interval.low > most:
        return Verdict.FASTER
    if interval.high < least:
        return Verdict.SLOWER
    if least <= interval.low and interval.high <= most:
        return Verdict.EQUIVALENT
    return Verdict.UNRESOLVED
