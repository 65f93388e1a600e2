"""The HTML report: one self-contained page made from a summary."""

from __future__ import annotations

from bench.analysis import figures
from bench.analysis.notes import notes
from bench.analysis.summary import Summary
from bench.findings import answers, evidence, judged, replies
from bench.report import page
from bench.report.sections.comparison import comparison
from bench.report.sections.demos import demos
from bench.report.sections.gaps import failures, unanswered
from bench.report.sections.head import head
from bench.report.sections.ledger import ledger, questions
from bench.report.sections.machine import machine, method, software
from bench.report.sections.matrix import matrix
from bench.report.sections.measurements import columns, measurements
from bench.report.sections.noise import noise
from bench.report.sections.overhead import dispatch
from bench.report.sections.reproduce import command
from bench.report.sections.study import sections
from bench.report.sections.timeline import timeline
from bench.report.verdicts import sign


def render(summary: Summary) -> str:
    """The report of a run, whatever became of it. Names and reasons from the run stay text."""
    plan = summary.run.plan
    answered = answers(summary)
    found = evidence(summary, answered)
    shown = {each.study.name for each in answered} | {"speedup"}
    shown |= {"demos"} if summary.run.demos else set()
    costs_told = any(each.study.name == "ladder" for each in answered)
    return page.build(
        "report.html.j2",
        head=head(summary, answered),
        plan=plan,
        blocks=summary.blocks,
        matrix=matrix(summary),
        plots=comparison(summary),
        studies=sections(answered),
        timeline=timeline(summary),
        questions=questions(replies(found), shown),
        claims=ledger(judged(found), shown),
        demos=demos(summary),
        dispatch=[] if costs_told else dispatch(summary),
        noise=noise(summary),
        notes=notes(summary),
        columns=columns(summary),
        lines=measurements(summary),
        missing=plan.missing,
        failures=failures(summary),
        unanswered=unanswered(summary, answered),
        facts={"Machine": machine(summary), "Method": method(summary), "Software": software(summary)},
        command=command(plan),
        sign=sign,
        figures=figures,
    )
