"""The demos: each construct under each model, the code that ran beside what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.core.demo import DEMOS
from bench.core.demo_outcome import Outcome
from bench.findings.text.figures import duration
from bench.report.html.charts import spans
from bench.report.html.style import order
from bench.report.html.svg import Markup


@dataclass(frozen=True)
class Line:
    """An event."""

    at: str
    who: str
    what: str


@dataclass(frozen=True)
class Played:
    """A demo under one model."""

    model: str
    code: str
    chart: Markup
    lines: Sequence[Line]
    makespan: str
    wrong: str  # what did not come out, or failed


@dataclass(frozen=True)
class Shown:
    """A demo under every model that it has, and why not under the others."""

    name: str
    question: str
    notice: str
    played: Sequence[Played]
    absent: Sequence[tuple[str, str]]


def demos(summary: Summary) -> list[Shown]:
    """The demos that the run kept, in the order in which one builds on another."""
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in summary.run.demos:
        outcomes.setdefault(outcome.demo, []).append(outcome)
    known = {demo.name: demo for demo in DEMOS.all}
    shown = []
    for name in sorted(outcomes, key=lambda name: known[name].place if name in known else len(known)):
        demo = known.get(name)
        shown.append(
            Shown(
                name=name,
                question=demo.question if demo else "",
                notice=demo.notice if demo else "",
                played=[_played(each) for each in sorted(outcomes[name], key=lambda o: order(o.model))],
                absent=list(demo.why_not.items()) if demo else [],
            )
        )
    return shown


def _played(outcome: Outcome) -> Played:
    words = f"Timeline of the demo {outcome.demo} under {outcome.model}. The events beside it tell the same."
    return Played(
        model=outcome.model,
        code=outcome.code,
        chart=spans.draw(outcome.events, words),
        lines=[Line(f"{event.at_s * 1e3:.1f}", event.who, event.what) for event in outcome.events],
        makespan=duration(outcome.makespan_s),
        wrong=outcome.error or "; ".join(outcome.unmet),
    )
