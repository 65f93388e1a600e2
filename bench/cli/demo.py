"""``python -m bench demo``: one construct of concurrency under every model, its code beside what happens.

The code stands above the events, or beside them where the terminal has room.
"""

import itertools
import sys
from collections.abc import Iterable

import click
from rich.console import Console

from bench.cli.completion import one_of
from bench.cli.exit_codes import UNEXPECTED
from bench.cli.output import make_console, print_table
from bench.core.cell import Scalar
from bench.core.demo import DEMOS, MODELS, Demo, Event, Outcome
from bench.core.errors import UserError
from bench.core.registry import unknown
from bench.execution.demos.run import play
from bench.execution.demos.shown import MARKS, PLAIN_MARKS, code_of, timeline
from bench.execution.watchdog import Watchdog

ROOMY = 120  # columns from which code and events stand side by side
EVENT_WIDTH = 46
WIDEST = 100  # of prose and timelines


@click.argument("name", required=False, shell_complete=one_of(DEMOS.names))
@click.option(
    "--model",
    "-m",
    help="Only under sync, threading, multiprocessing or asyncio.",
    shell_complete=one_of(lambda: MODELS),
)
def command(name: str | None, model: str | None) -> None:
    console = make_console()
    if model is not None and model not in MODELS:
        raise unknown("model", model, MODELS)
    if name is None:
        if model is not None:
            raise UserError("--model needs a demo: name one, such as `demo count --model asyncio`.")
        show_list(console)
    elif not show(DEMOS.get(name), MODELS if model is None else (model,), console):
        sys.exit(UNEXPECTED)


def show_list(console: Console) -> None:
    """Every demo with its question."""
    print_table(console, ("demo", "question"), ((demo.name, demo.question) for demo in DEMOS.all))
    console.print("Run one: python -m bench demo NAME [--model MODEL]")


def show(demo: Demo, models: Iterable[str], console: Console) -> bool:
    """Run it under those models, each shown as it runs. Whether every result was as expected."""
    marks = MARKS if console.encoding.lower().startswith("utf") else PLAIN_MARKS
    outcomes = []
    line(console, f"{demo.name}: {demo.question}", "bold", wrap=True)
    line(
        console,
        "Each line with a time comes from a call of say(who, what, state) in the code.",
        "dim",
        wrap=True,
    )
    legend = "Its mark, also in the picture: {runs} runs, {waits} waits, {again} waits again, {ends} ends."
    line(console, legend.format(**marks), "dim", wrap=True)
    with Watchdog() as watchdog:
        for model in models:
            console.print()
            if demo.has(model):
                outcomes.append(show_model(demo, model, watchdog, console, marks))
            else:
                line(console, f"{model} has no counterpart: {demo.why_not[model]}", wrap=True)
    console.print()
    line(console, f"Notice: {demo.notice}", "bold", wrap=True)
    return all(outcome.ok for outcome in outcomes)


def show_model(
    demo: Demo, model: str, watchdog: Watchdog, console: Console, marks: dict[str, str]
) -> Outcome:
    """Code and events, then the timeline, the figures, and any unexpected result."""
    code = code_of(demo, model).splitlines()
    room = max(map(len, code)) + 2
    rule = "─" if marks is MARKS else "-"
    console.rule(f"[bold]{model}[/bold]", align="left", style="dim", characters=rule)
    beside = console.width >= ROOMY and room + EVENT_WIDTH <= console.width
    left = iter(code)
    if not beside:
        for text in itertools.chain(left, [""]):
            line(console, text)

    def on_event(event: Event) -> None:
        said = f"{event.at_s * 1e3:7.1f} ms  {marks[event.state]} {event.who:<10}{event.what}"
        line(console, f"{next(left, ''):<{room}}{said}" if beside else said)

    outcome = play(demo, model, on_event, watchdog)
    for text in left:
        line(console, text)
    if outcome.events:
        console.print()
        for text in timeline(outcome.events, min(console.width, WIDEST), marks):
            line(console, text)
    show_figures(outcome, console)
    for sentence in outcome.unmet:
        line(console, f"Unexpected result: {sentence}.", "bold red", wrap=True)
    if outcome.error:
        line(console, f"Failed: {outcome.error}", "bold red", wrap=True)
    return outcome


def show_figures(outcome: Outcome, console: Console) -> None:
    values = dict(outcome.values)
    start = values.pop("fork_server_start_s", None)
    if values:
        line(console, "Measured: " + "; ".join(itertools.starmap(figure, values.items())) + ".", wrap=True)
    if start is not None:
        line(console, f"Not included: {float(start) * 1e3:.0f} ms to start the fork server.", "dim")


def figure(name: str, value: Scalar) -> str:
    """A figure in words: its name says the unit."""
    words = name.removesuffix("_s").replace("_", " ")
    if isinstance(value, bool):
        return f"{words}: {'yes' if value else 'no'}"
    if isinstance(value, float) and name.endswith("_s"):
        return f"{words} {value * 1e3:.3g} ms" if value < 1e-2 else f"{words} {value * 1e3:.0f} ms"
    return f"{words} {value:g}" if isinstance(value, float) else f"{words} {value}"


def line(console: Console, text: str, style: str = "", *, wrap: bool = False) -> None:
    """Print it as it is: no markup; a line of code is never broken."""
    width = min(console.width, WIDEST) if wrap else None
    console.print(text, style=style, markup=False, soft_wrap=not wrap, width=width)
