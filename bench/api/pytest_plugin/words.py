"""What an assertion found, in a few sentences."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.analysis.sequential import BoundSide
from bench.api.pytest_plugin.judge import AssertionOutcome, AssertionResult
from bench.findings.text.figures import counted, duration, interval, two_places

CLAIMS = {  # what holds, what does not, and what the figure is
    "leaves_loop_free": (
        "leaves the event loop free",
        "holds the event loop",
        "the longest hold in a call took",
    ),
    "releases_gil": ("releases the GIL", "holds the GIL", "another thread waited for the GIL during"),
    "scales": ("scales", "does not scale", "threads kept busy, of the cores available,"),
    "same_under_threads": ("gives the same results under threads", "gives other results under threads", ""),
    "memory_per_task": ("fits", "takes too much memory", "a waiting task takes"),
    "beats": ("is fast enough", "is not fast enough", "its speed was"),
}


def said(finding: AssertionResult) -> str:
    """The verdict with its figure, its interval, what was wanted, what was at fault, and how it was seen."""
    assertion, outcome = finding.assertion, finding.outcome
    good, bad, _ = CLAIMS[assertion.name]
    verdict = {
        AssertionOutcome.HOLDS: f"{assertion.subject} {good}",
        AssertionOutcome.FAILS: f"{assertion.subject} {bad}",
        AssertionOutcome.UNDECIDED: f"can't tell whether {assertion.subject} {good}",
    }[outcome]
    on = f" on {finding.python}" if finding.python else ""
    parts = [f"{verdict}{on}: {_figures(finding)}.", _fault(finding), _seen(finding), _more(finding)]
    return " ".join(part for part in parts if part)


def _figures(finding: AssertionResult) -> str:
    assertion, value = finding.assertion, finding.figure
    if assertion.all_or_nothing:
        wrong = [str(each["got"]) for each in finding.facts if "got" in each]
        if value is None:
            return f"its results differ without threads, too ({wrong[0]})"
        calls = sum(each["calls"] for each in finding.facts)
        return wrong[0] if wrong else f"none of {counted(calls, 'call')} differed"
    if value is None:
        return (
            "this machine had no second core for it" if assertion.name == "scales" else "nothing was observed"
        )
    text, bound = assertion.text, assertion.text(assertion.bound)
    wanted = f"at most {bound} allowed" if assertion.holds is BoundSide.BELOW else f"at least {bound} wanted"
    return f"{CLAIMS[assertion.name][2]} {text(value.median)} ({interval(value, text)}; {wanted})"


def _fault(finding: AssertionResult) -> str:
    parts = [f"It is {finding.holder}, at {finding.line}."] if finding.line else []
    if finding.assertion.name == "scales":
        speedup, cores = (median(each[name] for each in finding.facts) for name in ("speedup", "cores"))
        parts.append(f"Threads did {two_places(speedup)}x the work of one, C code {two_places(cores)}x.")
    if finding.assertion.name == "releases_gil" and finding.outcome is AssertionOutcome.FAILS:
        parts.append(f"The longest wait was {duration(max(each['late_s'] for each in finding.facts))}.")
    return " ".join(parts)


def _seen(finding: AssertionResult) -> str:
    return f"{counted(len(finding.facts), 'observation')} {finding.where}, {finding.seconds:.1f} s."


def _more(finding: AssertionResult) -> str:
    if finding.outcome is not AssertionOutcome.UNDECIDED:
        return ""
    if finding.more_s is None:
        return "How much longer it would take is unknown."
    return f"Another {max(finding.more_s, 1):.0f} s might decide it (--concurrency-budget)."


def told(found: AssertionResult) -> dict[str, Any]:
    """A finding as it is recorded: its sentence, its figure, its interval and what it was held against."""
    value = found.figure
    return {
        "assertion": found.assertion.name,
        "subject": found.assertion.subject,
        "outcome": str(found.outcome),
        "said": said(found),
        "value": value.median if value else None,
        "low": value.low if value else None,
        "high": value.high if value else None,
        "bound": found.assertion.bound,
        "observations": len(found.facts),
        "seconds": round(found.seconds, 2),
        "where": found.where,
        "python": found.python,
    }
