"""The HTML report: one self-contained page made from the findings of a run."""

from typing import Any

from bench.analysis.verdicts import Verdict
from bench.core.cell import NULL
from bench.core.run import Plan
from bench.findings.claim import ClaimVerdict
from bench.findings.collect import Build, Findings, differ, ledger, tally
from bench.findings.text.conditions import about, environment
from bench.findings.text.differences import interpreter
from bench.findings.text.figures import counted
from bench.findings.text.glossary import GLOSSARY
from bench.findings.text.headline import headline, sentences, tiles
from bench.findings.text.notes import PROMINENT, RULES, noise_floor, noise_notes, notes, warnings
from bench.report.html import page
from bench.report.html.sections import builds as side_by_side
from bench.report.html.sections.comparison import comparison, lessons
from bench.report.html.sections.demos import demos
from bench.report.html.sections.folds import folds
from bench.report.html.sections.gaps import badges, failures, unanswered
from bench.report.html.sections.machine import facts, fitness
from bench.report.html.sections.matrix import matrix
from bench.report.html.sections.measurements import columns
from bench.report.html.sections.noise import noise
from bench.report.html.sections.outline import entries, outline
from bench.report.html.sections.pairs import pairs
from bench.report.html.sections.study import chart, shown
from bench.report.html.sections.timeline import timeline
from bench.report.html.style import dress, order
from bench.report.links import REPORT, pages
from bench.report.live import Live
from bench.report.signs import CLAIM_SIGNS, sign

SURPRISING = (ClaimVerdict.REFUTED, ClaimVerdict.PARTLY)  # claims that are not folded, in this order
NAMES = {"speedup": "Speed-up"}  # of sections in the navigation, where their ids are not
MOST_REPLIES = 4  # that are not folded
NOTES = [rule for rule in RULES if rule not in (*PROMINENT, noise_notes)]  # the others stand elsewhere


def render(findings: Findings, build: Build | None = None, live: Live | None = None) -> str:
    """The page of a run, whatever became of it, its builds side by side where it has several; or of one
    ``build`` of several by itself. ``live``: the run goes on. Names and reasons from the run stay text."""
    dress([runner.name for runner in findings.run.plan.runners])
    builds = [build] if build else findings.builds
    summaries = [each.summary for each in builds]
    alone = builds[0] if len(builds) == 1 else None
    run = alone.summary.run if alone else findings.run
    rows = [row for summary in summaries for row in summary.rows]
    context: dict[str, Any] = {
        "live": live,
        "plan": run.plan,
        "command": _command(run.plan),
        "builds": builds,
        "alone": alone,
        "whole": REPORT,
        "files": pages([each.name for each in findings.builds]) if findings.several else {},
        "blocks": max(summary.blocks for summary in summaries),
        "badges": badges(run, builds),
        "environment": environment(summaries),
        "about": about(summaries),
        "headline": headline(builds),
        "matrix": matrix(summaries),
        "noise": noise(summaries),
        "floor": noise_floor([each for summary in summaries for each in summary.noise]),
        "notices": notes(summaries, PROMINENT),
        "notes": notes(summaries, NOTES),
        "columns": columns(rows),
        "rows": rows,
        "failures": failures(run),
        "facts": facts(run, summaries),
        "fitness": fitness(run.plan.findings),
        "chart": chart,
        "shown": shown,
        "glossary": GLOSSARY,
        "verdicts": [*map(sign, Verdict), *CLAIM_SIGNS.values()],
    }
    context |= _one(alone, rows=bool(rows)) if alone else _several(findings)
    return page.build("report.html.j2", **context, folds=folds(context))


def _one(build: Build, *, rows: bool) -> dict[str, Any]:
    """Context of the page of one build; ``rows``: it has a comparison."""
    summary, parts = build.summary, outline(build)
    answered = {each.study.name: each.study.title for each in build.answered}
    nulls = [row for row in summary.rows if row.info.family == NULL and "ladder" not in answered]
    played = demos(summary.run)
    judged = build.judged if rows else []
    surprising = [each for verdict in SURPRISING for each in judged if each.judgement.verdict is verdict]
    replies = [each for each in build.replies if each.reply]
    usual = [each for each in judged if each not in surprising]
    return {
        "lead": warnings([summary]),
        "tiles": tiles(summary),
        "plots": comparison(summary),
        "lessons": lessons(summary.rows),
        "studies": build.answered,
        "outline": parts,
        "folded_studies": parts.folded,
        "entries": entries(parts, rows=rows),
        "timeline": timeline(summary),
        "titles": answered
        | {"speedup": "Speed-up by workload"}
        | {f"demo-{name}": f"The demo {name}" for name, _, _ in played},
        "claims": judged,
        "surprising": surprising,
        "usual": usual,
        "usual_tally": tally(usual),
        "tally": f"{counted(len(judged), 'claim')}: {tally(judged)}." if judged else "",
        "replies": replies[:MOST_REPLIES],
        "more_replies": replies[MOST_REPLIES:],
        "unreplied": [each for each in build.replies if not each.reply],
        "demos": played,
        "dispatch": sorted(nulls, key=lambda row: order(row.cell.runner)),
        "unanswered": unanswered(build),
    }


def _several(findings: Findings) -> dict[str, Any]:
    """Context of the page of several builds; a comparison of revisions comes first."""
    builds = findings.builds
    summaries = [build.summary for build in builds]
    claims = sorted(ledger(builds), key=lambda entries: not differ(entries))
    differing = sum(map(differ, claims))
    cells, studies = side_by_side.cells(summaries), side_by_side.studies(builds)
    context: dict[str, Any] = {
        "lead": [*sentences(builds), *warnings(summaries)],
        "compared": None,
        "described": interpreter,
        "gil": side_by_side.gil,
        "cells": cells,
        "studies": studies,
        "folded_studies": [],
        "timeline": None,
        "claims": claims,
        "tally": f"{counted(differing, 'claim')} of {len(claims)} judged differently on different builds.",
        "demos": [],
        "dispatch": [],
        "unanswered": [],
    }
    if compared := pairs(findings.run):
        section, how, (first, *others) = compared
        context |= {"compared": section, "how": how, "headline": [first], "lead": others}
    sections = {"compared": compared, "speedup": cells, "builds": True, "cells": cells, "studies": studies}
    named = [(id, NAMES.get(id, id.capitalize())) for id, there in sections.items() if there]
    return context | {"entries": [*named, ("details", "Details")]}


def _command(plan: Plan) -> str:
    """The command that measured it, with its seed, so that blocks have the same order; "" where unknown."""
    seeded = not plan.command or "--seed" in plan.command
    return plan.command if seeded else f"{plan.command} --seed {plan.seed}"
