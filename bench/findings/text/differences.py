"""What A and B of a comparison are, how they differ, and why they cannot be compared, in words."""

from collections.abc import Sequence
from typing import Any

from bench.analysis.compare_pairs import Pair, pairs_of
from bench.analysis.differences import OTHER_CELLS, Aspect, Difference
from bench.core.run import Interpreter, Run
from bench.core.sanitize import one_line
from bench.core.wording import listed
from bench.findings.text.figures import UNKNOWN, counted, moment

MOST_NAMED = 3  # in a sentence
PLAIN = {
    Aspect.VERSION: "",
    Aspect.SERVICE: "service ",
    Aspect.ENVIRONMENT: "variable ",
    Aspect.CONCURRENCY: "in flight, ",
}


def title(difference: Difference) -> str:
    """What it is that differs: "start method of sync and 3 more"."""
    said = difference.aspect.value
    if difference.names:
        said = PLAIN.get(difference.aspect, f"{said} of ") + listed(difference.names, 1)
    return f"{said}, {difference.python}" if difference.python else said


def sides_of(difference: Difference) -> tuple[str, str]:
    """What it is in A, and what in B."""
    return _told(difference.aspect, difference.before), _told(difference.aspect, difference.after)


def _told(aspect: Aspect, value: Any) -> str:
    if isinstance(value, frozenset):
        mark = "; " if aspect in OTHER_CELLS else ", "
        return mark.join(sorted(_told(aspect, each) for each in value))
    if isinstance(value, tuple):
        return (
            ", ".join(each if isinstance(each, str) else f"{each[0]}={each[1]}" for each in value) or "none"
        )
    if isinstance(value, bool):
        return {Aspect.GIL: ("off", "on")}.get(aspect, ("no", "yes"))[value]
    if isinstance(value, Interpreter):
        return interpreter(value)
    if value is None or (aspect is Aspect.ENVIRONMENT and not value):
        return UNKNOWN if value is None else "not set"
    return f"{value / 2**30:.2g} GiB" if aspect is Aspect.MEMORY else str(value)


def interpreter(python: Interpreter) -> str:
    """An interpreter in a line."""
    told = [f"{python.implementation} {python.version}"]
    told += ["free-threaded build"] * python.free_threaded_build
    told.append(f"GIL {'on' if python.gil else 'off'}")
    told += [f"JIT {'on' if python.jit else 'off'}"] * (python.jit is not None)
    told += [f"{name}={value}" for name, value in sorted(python.environment.items())]
    told += [python.build] * bool(python.build)
    return ", ".join(told)


def run_sides(runs: tuple[Run, Run]) -> list[tuple[str, str]]:
    """Which runs A and B are."""
    begun = [max((seen.block + 1 for seen in run.observations), default=0) for run in runs]
    return [
        (side, f"{run.folder}  {moment(run.plan.created)}, {counted(blocks, 'block')}")
        for side, run, blocks in zip("AB", runs, begun, strict=True)
    ]


def pair_sides(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    """What A is and what B is: ("A", "v1.2 (1a2b3c4d5) on 3.11.7")."""
    return [
        (side, ", ".join(dict.fromkeys(_build(pair[number]) for pair in pairs)))
        for number, side in enumerate("AB")
    ]


def _build(python: Interpreter) -> str:
    name = python.compared_with or python.name
    return f"{python.revision} on {name}" if python.revision else name


def refusal(found: Sequence[Difference]) -> str:
    """Why two runs cannot be compared; "" where nothing stands against it."""
    void = [_between(each) for each in found if each.void]
    if not void:
        return ""
    return (
        f"A and B were measured on different machines ({'; '.join(void)}): their times are not"
        " comparable; measure both on one machine, or add --anyway."
    )


def _between(difference: Difference) -> str:
    before, after = map(one_line, sides_of(difference))
    return f"{title(difference)}: {before} in A, {after} in B"


def nothing_in_common(found: Sequence[Difference]) -> str:
    """Why there is nothing to compare in two runs."""
    differ = [_between(each) for each in found if each.aspect in OTHER_CELLS]
    why = f" ({'; '.join(differ[:MOST_NAMED])})" if differ else ""
    return f"A and B have no cell in common{why}: measure B with the command that measured A."


def nothing_paired(run: Run) -> str:
    """Why there is nothing to compare within a run."""
    names = [python.name for pair in pairs_of(run) for python in pair]
    if not names:
        return (
            f"{one_line(run.folder)} was measured on one build of Python and one revision: name a second run,"
            " or measure with --against or with --python twice."
        )
    absent = [
        f"{m.workload or m.runner} on {m.python}: {m.reason}" for m in run.plan.missing if m.python in names
    ]
    failed = [
        f"{run.plan.cell[f.key].workload} on {run.plan.cell[f.key].python}: {f.reason}" for f in run.failures
    ]
    why = one_line("; ".join(dict.fromkeys([*absent, *failed])), 600)
    return f"There is nothing to compare: no cell was measured on both sides{f' ({why})' if why else ''}."
