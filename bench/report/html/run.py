"""The HTML report: one self-contained page made from the findings of a run."""

from typing import Any

from bench.core.records import NULL
from bench.findings.collect import Build, Findings, differ, ledger, tally
from bench.findings.text.compare import interpreter
from bench.findings.text.headline import headline, sentences, tiles
from bench.findings.text.notes import PROMINENT, environment, notes, warnings
from bench.report.html import page
from bench.report.html.sections import builds as side_by_side
from bench.report.html.sections.comparison import comparison
from bench.report.html.sections.demos import demos
from bench.report.html.sections.gaps import badges, failures, unanswered
from bench.report.html.sections.machine import facts, fitness
from bench.report.html.sections.matrix import matrix
from bench.report.html.sections.measurements import columns
from bench.report.html.sections.noise import noise
from bench.report.html.sections.pairs import pairs
from bench.report.html.sections.study import chart, key, link
from bench.report.html.sections.timeline import timeline
from bench.report.html.style import dress, order
from bench.report.links import REPORT, pages


def render(findings: Findings, build: Build | None = None) -> str:
    """The page of a run, whatever became of it, its builds side by side where it has several; or of one
    ``build`` of several by itself. Names and reasons from the run stay text."""
    dress(runner.name for runner in findings.run.plan.runners)
    builds = [build] if build else findings.builds
    summaries = [each.summary for each in builds]
    alone = builds[0] if len(builds) == 1 else None
    run = alone.summary.run if alone else findings.run
    rows = [row for summary in summaries for row in summary.rows]
    notices = notes(summaries, PROMINENT)
    context = {
        "plan": run.plan,
        "builds": builds,
        "alone": alone,
        "whole": REPORT,
        "files": pages([each.name for each in findings.builds]) if findings.several else {},
        "blocks": max(summary.blocks for summary in summaries),
        "badges": badges(run, builds),
        "environment": environment(summaries),
        "headline": headline(builds),
        "lead": [*sentences(builds), *warnings(summaries)],
        "matrix": matrix(summaries),
        "claims": sorted(ledger(builds), key=lambda entries: not differ(entries)),
        "differing": sum(map(differ, ledger(builds))),
        "noise": noise(summaries),
        "notices": notices,
        "notes": [note for note in notes(summaries) if note not in notices],
        "columns": columns(rows),
        "rows": rows,
        "failures": failures(run),
        "facts": facts(run, summaries),
        "fitness": fitness(run.plan.findings),
        "chart": chart,
        "key": key,
        "link": link,
    }
    return page.build("report.html.j2", **(context | (_one(alone) if alone else _several(findings))))


def _one(build: Build) -> dict[str, Any]:
    """Context of the page of one build."""
    summary, answered = build.summary, build.answered
    names = {each.study.name for each in answered}
    nulls = [row for row in summary.rows if row.info.family == NULL and "ladder" not in names]
    return {
        "tiles": tiles(summary),
        "plots": comparison(summary),
        "studies": answered,
        "timeline": timeline(summary),
        "titles": {each.study.name: each.study.title for each in answered}
        | {"speedup": "Speed-up by workload"}
        | ({"demos": "Demonstrations"} if summary.run.demos else {}),
        "tally": tally(build.judged),
        "questions": sorted(build.replies, key=lambda each: each.reply is None),
        "demos": demos(summary.run),
        "dispatch": sorted(nulls, key=lambda row: order(row.cell.runner)),
        "unanswered": unanswered(build),
    }


def _several(findings: Findings) -> dict[str, Any]:
    """Context of the page of several builds; a comparison of revisions comes first."""
    builds = findings.builds
    context: dict[str, Any] = {
        "compared": None,
        "described": interpreter,
        "gil": side_by_side.gil,
        "cells": side_by_side.cells([build.summary for build in builds]),
        "studies": side_by_side.studies(builds),
    }
    if compared := pairs(findings.run):
        section, how, (first, *others) = compared
        context |= {"compared": section, "how": how, "headline": [first], "lead": others}
    return context
