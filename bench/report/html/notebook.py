"""A run and its tables as a notebook shows them: plain HTML, which takes the notebook's own style."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import Verdict
from bench.core.run import Run
from bench.findings.collect import Build, Findings, tally
from bench.findings.text.conditions import environment
from bench.findings.text.figures import duration, interval, ratio
from bench.findings.text.headline import headline
from bench.report.html.sections.matrix import MatrixEntry, matrix
from bench.report.html.svg import Markup, tag
from bench.report.signs import CLAIM_SIGNS, SIGNS


class ReportFrame(pd.DataFrame):
    """A frame that a notebook shows as the report does. What is computed from it is a plain frame."""

    shown: Sequence[str] = ()  # columns without which it is shown as any frame

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def _repr_html_(self) -> str:
        return self.html() if set(self.shown) <= set(self.columns) else self.to_html()

    def lines(self) -> Iterable[Any]:
        """The rows, each with its columns by name."""
        return self.itertuples()

    def html(self) -> str:
        """The table."""
        raise NotImplementedError


class SummaryFrame(ReportFrame):
    """The cells of the comparison."""

    shown = (
        *("python", "workload", "runner", "concurrency", "seconds_per_task", "speedup", "low", "high"),
        *("level", "blocks", "verdict", "limit_speedup", "flags"),
    )

    def html(self) -> str:
        heads = (
            "Workload",
            "Model",
            "In flight",
            "Time per task",
            "Speed-up",
            "Interval",
            "Verdict",
            "Limit",
        )
        several = self["python"].nunique() > 1
        rows = [
            (
                *[row.python] * several,
                *(row.workload, row.runner, str(row.concurrency), duration(row.seconds_per_task)),
                *_speed(row.speedup, row.low, row.high, row.level, row.blocks, row.verdict),
                ratio(row.limit_speedup) if row.verdict else "",
                row.flags,
            )
            for row in self.lines()
        ]
        return str(table((*["Python"] * several, *heads, "Notes"), rows))


class ComparedFrame(ReportFrame):
    """The cells of what was measured side by side."""

    shown = (
        *("python", "workload", "runner", "before", "after", "speed", "low", "high", "verdict", "blocks"),
    )

    def html(self) -> str:
        several = self["python"].nunique() > 1
        rows = [
            (
                *[row.python] * several,
                *(row.workload, row.runner, duration(row.before), duration(row.after)),
                *_speed(row.speed, row.low, row.high, 1.0, row.blocks, row.verdict),
            )
            for row in self.lines()
        ]
        heads = ("Workload", "Model", "A", "B", "Speed of B relative to A", "Interval", "Verdict")
        return str(table((*["Python"] * several, *heads), rows))


class ClaimsFrame(ReportFrame):
    """The claims."""

    shown = ("python", "statement", "verdict", "because")

    def html(self) -> str:
        several = self["python"].nunique() > 1
        signs = {str(verdict): f"{sign.glyph} {sign.word}" for verdict, sign in CLAIM_SIGNS.items()}
        rows = [
            (*[row.python] * several, signs.get(row.verdict, row.verdict), row.statement, row.because)
            for row in self.lines()
        ]
        return str(table((*["Python"] * several, "Verdict", "Claim", "What decided it"), rows))


def overview(findings: Findings, figures: Iterable[str]) -> str:
    """What a run says first: headline, environment, the models on each kind of work, and where to read on."""
    run, summaries = findings.run, [build.summary for build in findings.builds]
    facts = [f"{name} {value}" for name, value in environment(summaries)]
    facts += [run.plan.status] * (run.plan.status != "done")
    said = [tag("p", tag("b", sentence)) for sentence in headline(findings.builds)]
    more = [tag("p", _claims(findings.builds)), tag("p", *_more(run, list(figures)))]
    return str(tag("div", *said, tag("p", " · ".join(facts)), _matrix(findings), *more))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table of texts."""
    head = tag("thead", tag("tr", *(tag("th", each or "\N{NO-BREAK SPACE}") for each in heads)))
    lines = [tag("tr", *(tag("td", each or "\N{NO-BREAK SPACE}") for each in row)) for row in rows]
    return tag("table", head, tag("tbody", *lines))


def _speed(
    speed: float, low: float, high: float, level: float, blocks: int, verdict: str
) -> tuple[str, str, str]:
    """A ratio, its interval and its verdict; nothing for a baseline."""
    if not verdict:
        return "", "", ""
    sign = SIGNS[Verdict(verdict)]
    return ratio(speed), interval(Estimate(speed, low, high, level, blocks)), f"{sign.glyph} {sign.word}"


def _matrix(findings: Findings) -> Markup:
    """The models on each kind of work; nothing where the run has none of it."""
    found = matrix([build.summary for build in findings.builds])
    if found is None:
        return Markup()
    rows = [
        (
            f"{model.name} on {line.build}" if findings.several else model.name,
            *(_entry(each) for each in line.entries),
        )
        for model, lines in found.models
        for line in lines
    ]
    return table(("Speed-up over sync", *(kind.title for kind in found.kinds)), rows)


def _entry(entry: MatrixEntry | None) -> str:
    """A model on a kind of work: "▲ 16.0x (15.9–16.2)"."""
    if entry is None:
        return ""
    bounds = f"({entry.interval})" if entry.interval else ""
    return " ".join(filter(None, (entry.sign.glyph, entry.figure, bounds)))


def _claims(builds: Sequence[Build]) -> str:
    several = len(builds) > 1
    told = [f"{build.name}: {tally(build.judged)}" if several else tally(build.judged) for build in builds]
    return f"{len(builds[0].judged)} claims about concurrency in Python: {'; '.join(told)}."


def _more(run: Run, figures: Sequence[str]) -> list[str]:
    """Where the report is, and the names of the figures."""
    report = f"Report: {run.folder}/report.html."
    names = ", ".join(figures)
    return [report, f" Figures, as in run.figure({figures[0]!r}): {names}."] if figures else [report]
