"""The demos: each construct under each model, the code that ran beside what happened."""

from bench.core.demo import DEMOS, Demo
from bench.core.demo_outcome import Outcome
from bench.core.grouping import grouped
from bench.core.run import Run
from bench.report.html.style import order


def demos(run: Run) -> list[tuple[str, Demo | None, list[Outcome]]]:
    """The demos that the run kept, in the order in which one builds on another: the name, the demo where this
    version has it, and its outcomes by model."""
    by_model = sorted(run.demos, key=lambda outcome: order(outcome.model))
    outcomes = grouped(by_model, lambda outcome: outcome.demo)
    known = {demo.name: demo for demo in DEMOS.all}
    names = dict.fromkeys(outcome.demo for outcome in run.demos)
    ordered = sorted(names, key=lambda name: known[name].place if name in known else len(known))
    return [(name, known.get(name), outcomes[name]) for name in ordered]
