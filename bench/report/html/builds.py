"""The page of a run over several builds: what differs between them. Each has a page of its own beside it."""

from __future__ import annotations

from bench.analysis.builds import Builds, build_of
from bench.findings.collect import findings
from bench.findings.text import figures
from bench.findings.text.builds import headline, sentences
from bench.findings.text.notes import cores_notes, gil_notes
from bench.report.html import page
from bench.report.html.sections.builds import cells, matrix
from bench.report.html.sections.builds_said import claims, interpreters, studies
from bench.report.html.sections.gaps import failures
from bench.report.html.sections.head import moment, status_badges
from bench.report.html.sections.machine import fitness, host, method
from bench.report.html.sections.measurements import columns, measurements
from bench.report.html.sections.pairs import headlines, pairs
from bench.report.html.sections.reproduce import command
from bench.report.html.style import dress
from bench.report.links import pages


def render_builds(builds: Builds) -> str:
    """The page, whatever became of the run. Names and reasons from the run stay text."""
    plan = builds.run.plan
    dress(runner.name for runner in plan.runners)
    files = pages(builds.names)
    found = {
        build_of(summary).name: findings(summary, builds.beside(summary)) for summary in builds.summaries
    }
    rows = [row for summary in builds.summaries for row in summary.rows]
    ledger = claims(found, files)
    compared = pairs(builds.run)
    compared_said = headlines(builds.run) if compared else []
    return page.build(
        "builds.html.j2",
        plan=plan,
        when=moment(plan.created),
        badges=status_badges(builds.run),
        blocks=max(summary.blocks for summary in builds.summaries),
        headline=compared_said[:1] or headline(builds),
        sentences=compared_said[1:] or sentences(builds),
        compared=compared,
        notes=[
            *(("Cores", note) for note in cores_notes(builds.summaries[0])),
            *((build_of(summary).name, note) for summary in builds.summaries for note in gil_notes(summary)),
        ],
        names=builds.names,
        interpreters=interpreters(builds, files),
        matrix=matrix(builds),
        cells=cells(builds),
        claims=ledger,
        differing=sum(claim.differs for claim in ledger),
        studies=studies(found),
        columns=columns(rows),
        lines=measurements(rows),
        missing=plan.missing,
        failures=failures(builds.run),
        unanswered=[],
        facts={"Machine": host(builds.summaries[0]), "Method": method(builds.summaries[0])},
        fitness=fitness(plan.findings),
        command=command(plan),
        figures=figures,
    )
