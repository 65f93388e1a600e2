"""A claim: a statement, a test fixed before any run, and the verdict that a run's data give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING

from bench.analysis.statistics import Estimate
from bench.core.registry import Registry
from bench.findings.text.figures import measured, percent, times

if TYPE_CHECKING:  # it loads pandas
    from bench.findings.evidence import Evidence


class ClaimVerdict(StrEnum):
    """What a run's data say of a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    PARTLY = "partly"
    UNRESOLVED = "unresolved"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and the figures that decided it."""

    verdict: ClaimVerdict
    because: str


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger."""

    id: str
    statement: str  # in words of our own
    condition: str  # where it is said to hold
    test: str  # what decides, fixed beforehand
    measure: str  # the command whose run can decide it
    judge: Callable[[Evidence], Judgement]
    place: int = 100  # of its subject, in the ledger
    where: str = ""  # the section of the report that shows the figures


@dataclass(frozen=True)
class Criterion:
    """A part of a test: it holds, or not, or the data cannot tell (None)."""

    holds: bool | None
    text: str
    measured: bool = True


CLAIMS: Registry[Claim] = Registry(
    "claim", "bench.findings.claims", Claim, group="bench.claims", name=attrgetter("id")
)
"""The ledger: files by subject in ``bench/findings/claims``, any number of claims in each."""


def claim(
    id: str,
    statement: str,
    *,
    condition: str,
    test: str,
    measure: str = "python -m bench all",
    place: int = 100,
    where: str = "",
) -> Callable[[Callable[[Evidence], Judgement]], Claim]:
    """Make a claim of the function beneath, which judges it."""
    return lambda judge: Claim(id, statement, condition, test, measure, judge, place, where)


UNITS: dict[str, Callable[[float], str]] = {"x": times, " %": percent}


def within(
    what: str, value: Estimate | None, least: float | None = None, most: float | None = None, unit: str = ""
) -> Criterion:
    """Whether an estimate lies between bounds: decided only when its whole interval lies within or without,
    and only when that interval has 95 % confidence. ``what`` has "{}" where the figure stands, with its unit:
    "x", " %" of a share, or another: "1.88x (1.81–1.94)", "99.5 % (99.1–99.7)", "1.02 (0.98–1.05)"."""
    if value is None:
        return Criterion(None, f"not measured: {what.format('...')}", measured=False)
    write: Callable[[float], str] = UNITS.get(unit, lambda each: f"{each:.3g}{unit}")
    exact = write(value.low) == write(value.high)
    text = what.format(write(value.median) if exact else measured(value, write))
    if not value.sure:
        return Criterion(None, f"{text}; too few blocks for a 95 % interval")
    low = -float("inf") if least is None else least
    high = float("inf") if most is None else most
    if low <= value.low and value.high <= high:
        return Criterion(True, text)
    return Criterion(False if value.high < low or high < value.low else None, text)


def speed_within(
    evidence: Evidence, workload: str, runner: str, least: float | None = None, most: float | None = None
) -> Criterion:
    """Whether a model's speed-up over a plain loop lies between bounds."""
    what = f"{runner} ran {workload} at {{}} the speed of a plain loop"
    return within(what, evidence.speedup(workload, runner), least, most, "x")


def cores_within(
    evidence: Evidence, workload: str, runner: str, least: float | None = None, most: float | None = None
) -> Criterion:
    """Whether the share of the effective cores that a model reached lies between bounds."""
    what = f"{runner} on {workload} reached {{}} of the effective cores"
    return within(what, evidence.of_cores(workload, runner), least, most, " %")


def seen(what: str, value: object, otherwise: str = "") -> Criterion:
    """Whether a demo showed that something happened; ``otherwise``: the reason where it did not."""
    if value is None:
        return Criterion(None, f"not measured: {what} (the demo did not run)", measured=False)
    return Criterion(bool(value), what if value else otherwise or f"not so: {what}")


def counted(what: str, value: int | None, least: int) -> Criterion:
    """Whether a demo counted so many of something."""
    return seen(what, None) if value is None else Criterion(value >= least, f"{value:,} {what}")


def judged(*checks: Criterion) -> Judgement:
    """Supported when every part holds, refuted when one does not."""
    because = "; ".join(check.text for check in checks)
    if any(check.holds is False for check in checks):
        return Judgement(ClaimVerdict.REFUTED, because)
    if not all(check.measured for check in checks):
        return Judgement(ClaimVerdict.NOT_MEASURED, because)
    if all(check.holds for check in checks):
        return Judgement(ClaimVerdict.SUPPORTED, because)
    return Judgement(ClaimVerdict.UNRESOLVED, because)


def partly(judgement: Judgement, condition: str, *, when: bool) -> Judgement:
    """Limit a supported claim to partly if ``when``; the ``condition`` that limits it precedes the reason."""
    if not when or judgement.verdict is not ClaimVerdict.SUPPORTED:
        return judgement
    return Judgement(ClaimVerdict.PARTLY, f"{condition}: {judgement.because}")
