"""Placement of labels without overlap."""

from collections.abc import Sequence

LETTER = 6.9  # the width of one, in the bold of a chart's labels


def width(text: str) -> float:
    """About how wide it is."""
    return LETTER * len(text)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near those wanted, at least ``gap`` from each other, from ``low`` to ``high``, which has room
    for all. The same order as given."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    ends = [(low + gap * rank, high - gap * (len(order) - 1 - rank)) for rank in range(len(order))]
    down: list[float] = []  # each as high up as it may be, below the one before
    for index, (least, most) in zip(order, ends, strict=True):
        down.append(min(max(wanted[index], least, *(place + gap for place in down[-1:])), most))
    up: list[float] = []  # each as far down as it may be, above the one after
    for index, (least, most) in zip(reversed(order), reversed(ends), strict=True):
        up.append(max(min(wanted[index], most, *(place - gap for place in up[-1:])), least))
    between = [(one + other) / 2 for one, other in zip(down, reversed(up), strict=True)]
    return [place for _, place in sorted(zip(order, between, strict=True))]


def rows(spans: Sequence[tuple[float, float]]) -> list[int]:
    """For each span (left, right) the first row that has room for it."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for left, right in spans:
        free = (n for n, row in enumerate(taken) if all(right <= a or b <= left for a, b in row))
        number = next(free, len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((left, right))
        found.append(number)
    return found
