"""``python -m bench doctor``: check whether this machine is fit for benchmarking."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.cli.json_output import json_option, print_document
from bench.cli.output import make_console
from bench.cli.parsing import takes
from bench.core.cell import Cell
from bench.core.grouping import grouped
from bench.core.observation import Failure, Observation
from bench.core.run import Finding
from bench.core.sanitize import LONGEST, LONGEST_TEXT, one_line
from bench.core.wording import listed
from bench.environment.checks import Scene, look
from bench.execution.cell import package_links, run_cell
from bench.execution.run import hosts_of
from bench.execution.watchdog import Watchdog
from bench.planning.options import RULES, Options
from bench.planning.settings import read_settings
from bench.report.documents.fitness import SettingShown, fitness_document, settings_shown
from bench.report.signs import FITNESS_SIGNS
from bench.report.terminal.layout import say
from bench.worker.request import Request

NAME_WIDTH = 15
LONGEST_CELL_S = 5.0  # it takes less than one where nothing else runs


@takes(["mongo_uri"])
@json_option
def command(options: Options, json: bool) -> None:
    settings, options = settings_shown(options, read_settings(RULES)), options.checked()
    console = make_console()
    findings = []
    with Watchdog() as watchdog, package_links(watchdog) as links:
        host, *_ = hosts_of(options, links)

        def measure(cell: Cell) -> Observation | Failure:
            return run_cell(Request(0, cell), host, links, watchdog, LONGEST_CELL_S)

        for finding in look(Scene(mongo_uri=options.mongo_uri, host=host, measure=measure)):
            findings.append(finding)
            if not json:
                show(finding, console)
    if json:
        print_document(fitness_document(findings, settings))
        return
    show(Finding("settings", "good", said_of(settings)), console, LONGEST_TEXT)
    console.print()
    say(console, sum_up(findings))


def show(finding: Finding, console: Console, longest: int = LONGEST) -> None:
    """Sign, name and observation, and advice below. The texts may hold anything: they stay text."""
    sign, style = FITNESS_SIGNS[finding.verdict].glyph, FITNESS_SIGNS[finding.verdict].style
    said = Text(one_line(finding.said, longest))
    if finding.advice:
        said.append(f"\n{one_line(finding.advice)}", style="dim")
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(width=NAME_WIDTH)
    grid.add_column(overflow="fold")
    grid.add_row(Text(sign, style=style), Text(one_line(finding.name)), said)
    console.print(grid)


def said_of(settings: Sequence[SettingShown]) -> str:
    """What is set once and where, then what is left to each command."""
    of_origin = grouped(settings, lambda each: each.origin)
    left = [each.name for each in of_origin.pop("default", [])]
    said = [
        f"{', '.join(f'{each.name} {each.value}' for each in found)} (from {origin})"
        for origin, found in of_origin.items()
    ]
    return "; ".join([*said, *[f"{listed(left)}: default"] * bool(left)])


def sum_up(findings: Sequence[Finding]) -> str:
    """The conclusion, in a sentence or two."""
    poor = [finding.name for finding in findings if finding.verdict == "poor"]
    hidden = [finding.name for finding in findings if finding.verdict == "unknown"]
    things = "1 thing" if len(poor) == 1 else f"{len(poor)} things"
    said = "Fit for benchmarking" + (f", except for {things}: {', '.join(poor)}." if poor else ".")
    return said + (f" Unknown: {', '.join(hidden)}." if hidden else "")
