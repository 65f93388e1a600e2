"""The newest run that compares models, whatever was measured after it."""

from pathlib import Path

from bench.core.cell import MAIN, NULL
from bench.core.errors import UserError
from bench.core.run import Plan
from bench.core.user_function import Own
from bench.storage.reader import PLAN, load_plan
from bench.storage.run_folder import LATEST


def newest_comparison(parent: Path) -> Path:
    """The run that ``latest`` leads to, or, where that is a sweep, an advice or another study alone, the
    newest run beside it that compares workloads under models. Raises UserError where there is none."""
    latest = parent / LATEST
    if compares(load_plan(latest)):
        return latest
    runs = (each for each in parent.iterdir() if (each / PLAN).is_file() and not each.is_symlink())
    for folder in sorted(runs, reverse=True):  # their names begin with the time
        try:
            if compares(load_plan(folder)):
                return folder
        except UserError:  # of another version, or damaged
            continue
    raise UserError(
        f"No run in {parent} compares models: make one with `python -m bench all`, or name a run."
    )


def compares(plan: Plan) -> bool:
    """Whether workloads were to be compared under models: not a study alone, nor a function of the user's."""
    functions = {info.label for info in plan.workloads if info.name == Own.name}
    return any(cell.study == MAIN and cell.workload not in {NULL, *functions} for cell in plan.cells)
