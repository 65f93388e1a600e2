"""A test that may be looked at after every block: on which side of a bound the median of the blocks lies.

Each block lies above or below the bound. If the median were on the other side, a block would lie on this
one with a probability of at most 1/2; the bet that it does so with probability p multiplies a capital by 2p
where it wins and by 2 (1 - p) where it loses, and a fair game makes a capital of 100 from 1 with a
probability of at most 1 %, whenever one stops (Ville's inequality; Ramdas et al., Game-theoretic statistics
and safe anytime-valid inference, 2023). The capital is spread over several p, most of it on 1: eight blocks
that agree decide.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ERROR = 0.01
BETS = {1.0: 0.5, 0.9: 0.125, 0.8: 0.125, 0.7: 0.125, 0.6: 0.125}  # p: share of the capital


class BoundSide(StrEnum):
    """Where the median is shown to lie."""

    ABOVE = "above"
    BELOW = "below"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Decision:
    """The side, and how many more blocks an open decision would take, by those there are; None: cannot be
    said."""

    side: BoundSide
    more: int | None = None


def decide(values: Sequence[float], bound: float, error: float = ERROR) -> Decision:
    """What the blocks so far show, whatever was looked at before. A block that is on the bound counts for
    neither side."""
    above, below = sum(value > bound for value in values), sum(value < bound for value in values)
    if capital(above, below) >= 1 / error:
        return Decision(BoundSide.ABOVE)
    if capital(below, above) >= 1 / error:
        return Decision(BoundSide.BELOW)
    return Decision(BoundSide.UNKNOWN, _more(max(above, below), min(above, below), error))


def capital(won: int, lost: int) -> float:
    """What the bets have made of 1."""
    return sum(share * (2 * p) ** won * (2 * (1 - p)) ** lost for p, share in BETS.items())


def _more(won: int, lost: int, error: float) -> int | None:
    """Blocks until a capital is large enough, if they go on to win as often as so far."""
    n = won + lost
    if not n or won == lost:
        return None
    share = min(won / n, 0.95)
    growth = share * math.log(2 * share) + (1 - share) * math.log(2 * (1 - share))
    needed = math.log(1 / error) / growth
    return max(math.ceil(needed) - n, 1)
