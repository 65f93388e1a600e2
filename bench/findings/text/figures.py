"""Numbers as text: three digits that count, and a dash for what is not known."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bench.analysis.statistics import Estimate

UNKNOWN = "\N{EN DASH}"


def times(value: float) -> str:
    """A ratio: "15.6x", "1.95x"."""
    return f"{value:.1f}x" if value >= 9.95 else f"{value:.2f}x"


def two_places(value: float) -> str:
    """ "1.94", of cores."""
    return f"{value:.2f}"


def significant(value: float | None, digits: int = 3) -> str:
    """ "0.0123", "44.6", "1,180": rounded to so many digits, never as a power of ten."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    places = digits - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(places, 0)}f}"


def ratio(value: float | None) -> str:
    """ "15.6x", "1.91x"; what is far below one keeps its digits: "0.0080x"."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return times(value) if value >= 0.095 else f"{significant(value, 2)}x"


def duration(seconds: float | None) -> str:
    """ "0.48 µs", "14 ms", "1.2 s": two digits that count, three from a hundred on."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    return _in_unit(seconds, (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)))


def binary(size: float | None) -> str:
    """ "0 B", "1.2 KiB", "34 MiB": bytes, two digits that count, three from a hundred on."""
    if size is None or not math.isfinite(size):
        return UNKNOWN
    return _in_unit(size, (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10), ("B", 1)))


def _in_unit(value: float, units: Sequence[tuple[str, float]]) -> str:
    """The value in the largest of the units, from large to small, that it is not below."""
    name, size = next((unit for unit in units if abs(value) >= 0.9995 * unit[1]), units[-1])
    return f"{short(value / size)} {name}"


def interval(value: Estimate, text: Callable[[float], str] = ratio) -> str:
    """An interval, its unit once and no "x": "1.81–1.94", "12–14 ms"; "1 block" where there is none."""
    if value.n < 2:
        return "1 block"
    low, high = text(value.low).removesuffix("x"), text(value.high).removesuffix("x")
    unit = low.lstrip("-0123456789.,")
    if high.endswith(unit) and unit != low:
        low = low.removesuffix(unit)
    return f"{low} to {high}" if low.startswith("-") else f"{low}–{high}"


def measured(value: Estimate, text: Callable[[float], str] = ratio) -> str:
    """A median and, in brackets, its interval where there is one."""
    return f"{text(value.median)} ({interval(value, text)})" if value.n > 1 else text(value.median)


def extent(values: Sequence[float], text: Callable[[float], str]) -> str:
    """The least and the most: "34 to 410", or "34" where they read the same."""
    if not values:
        return UNKNOWN
    low, high = text(min(values)), text(max(values))
    return low if low == high else f"{low} to {high}"


def short(value: float) -> str:
    """Two digits that count, three from a hundred on."""
    return significant(value, 2 if abs(value) < 99.5 else 3)


def percent(share: float | None) -> str:
    """ "5 %", "51.9 %", "0.25 %": to a tenth of a percent, below one percent to a hundredth."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    hundredths = f"{100 * share:.{1 if abs(share) >= 0.01 else 2}f}"
    return f"{hundredths.rstrip('0').rstrip('.')} %".replace("-0 %", "0 %")


def whole(share: float) -> str:
    """ "50 %", without decimals."""
    return f"{100 * share:.0f} %"


def counted(count: int, noun: str, plural: str = "") -> str:
    """ "1 block", "8 blocks"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def moment(created: str) -> str:
    """An ISO 8601 time as people write it; what is no such time stays as it is."""
    try:
        return f"{datetime.fromisoformat(created):%Y-%m-%d %H:%M %Z}".strip()
    except ValueError:
        return created


def clipped(text: str, most: int) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def caveat(values: Iterable[Estimate]) -> str:
    """Nothing, or, where an interval has less than 95 %, how few blocks there were: to end a sentence."""
    unsure = [value.n for value in values if not value.sure]
    return f" (indicative: {counted(min(unsure), 'block')})" if unsure else ""
