"""The page that compares two saved runs, or the sides that one run measured in the same blocks."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.analysis.compare_runs import TwoRuns
from bench.analysis.comparison import Comparison
from bench.analysis.verdicts import Verdict
from bench.core.run import Run
from bench.findings.text.compare import headline, how
from bench.findings.text.differences import sides_of, title
from bench.findings.text.glossary import GLOSSARY
from bench.report.compared import Shown
from bench.report.html import page
from bench.report.html.sections.compared import section
from bench.report.html.sections.study import chart
from bench.report.html.sections.study import shown as shown_pictures
from bench.report.html.style import dress
from bench.report.links import REPORT
from bench.report.signs import sign


def render_comparison(shown: Shown, compared: Comparison[Any], folder: Path, command: str) -> str:
    """The page of what was compared. ``folder``: where it will lie, for links to the reports. ``command``:
    the one that compared."""
    dress([cell.cell.runner for cell in compared.cells])
    runs = compared.how.runs if isinstance(compared.how, TwoRuns) else ()
    links = [_report(run, folder) for run in runs] or ["", ""]
    return page.build(
        "compare.html.j2",
        styles="compare",
        headline=headline(compared),
        sides=[(*side, link) for side, link in zip(shown.sides, links, strict=True)],
        each=section(compared),
        how=how(compared),
        differences=[(title(each), *sides_of(each), each.void) for each in shown.differences],
        command=command,
        chart=chart,
        shown=shown_pictures,
        glossary=GLOSSARY,
        verdicts=list(map(sign, Verdict)),
    )


def _report(run: Run, folder: Path) -> str:
    """The address of a run's report from a page in the folder; "" where it has none."""
    report = Path(run.folder) / REPORT
    if not report.is_file():
        return ""
    return quote(os.fsencode(os.path.relpath(report.resolve(), folder.resolve())))
