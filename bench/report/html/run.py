"""The HTML report: one self-contained page made from a summary."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.summary import Summary
from bench.findings.collect import findings
from bench.findings.text import figures
from bench.findings.text.notes import notes
from bench.report.html import page
from bench.report.html.sections.comparison import comparison
from bench.report.html.sections.demos import demos
from bench.report.html.sections.gaps import failures, unanswered
from bench.report.html.sections.head import head
from bench.report.html.sections.ledger import ledger, questions
from bench.report.html.sections.machine import fitness, machine, method, software
from bench.report.html.sections.matrix import matrix
from bench.report.html.sections.measurements import columns, measurements
from bench.report.html.sections.noise import noise
from bench.report.html.sections.overhead import dispatch
from bench.report.html.sections.reproduce import command
from bench.report.html.sections.study import sections
from bench.report.html.sections.timeline import timeline
from bench.report.html.style import dress
from bench.report.html.verdicts import sign
from bench.report.links import Link


def render(summary: Summary, beside: Sequence[Summary] = (), links: Sequence[Link] = ()) -> str:
    """The report of a run, whatever became of it, or of one build of it. Names and reasons from the run stay
    text. ``beside`` are the run's other builds, ``links`` the pages of all of them."""
    plan = summary.run.plan
    dress(runner.name for runner in plan.runners)
    found = findings(summary, beside)
    answered = found.answered
    shown = {each.study.name for each in answered} | {"speedup"}
    shown |= {"demos"} if summary.run.demos else set()
    costs_told = any(each.study.name == "ladder" for each in answered)
    return page.build(
        "report.html.j2",
        head=head(summary, answered),
        links=links,
        plan=plan,
        blocks=summary.blocks,
        matrix=matrix(summary),
        plots=comparison(summary),
        studies=sections(answered),
        timeline=timeline(summary),
        questions=questions(found.replies, shown),
        claims=ledger(found.judged, shown),
        demos=demos(summary),
        dispatch=[] if costs_told else dispatch(summary),
        noise=noise(summary),
        notes=notes(summary),
        columns=columns(summary.rows),
        lines=measurements(summary.rows),
        missing=plan.missing,
        failures=failures(summary.run),
        unanswered=unanswered(summary, answered),
        facts={"Machine": machine(summary), "Method": method(summary), "Software": software(summary)},
        fitness=fitness(plan.findings),
        command=command(plan),
        sign=sign,
        figures=figures,
    )
