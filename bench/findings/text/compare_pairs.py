"""What the comparison of builds or revisions within one run says, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.compare_pairs import Pair, PairsCompared, pairs_of
from bench.analysis.same import Difference, differences_of
from bench.core.records import Interpreter, Run
from bench.core.sanitize import one_line
from bench.findings.text.compare import indicative, listed, percent_of, so_that_all_hold


def sides(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    """What A is and what B is: ("A", "v1.2 (1a2b3c4d5) on 3.11.7")."""
    before = list(dict.fromkeys(_told(a) for a, _ in pairs))
    after = list(dict.fromkeys(_told(b) for _, b in pairs))
    return [("A", ", ".join(before)), ("B", ", ".join(after))]


def _told(python: Interpreter) -> str:
    name = python.compared_with or python.name
    return f"{python.revision} on {name}" if python.revision else name


def differences_between(pairs: Sequence[Pair]) -> list[Difference]:
    """What differs in each pair, but the revision."""
    return [each for a, b in pairs for each in differences_of(a, b, named=len(pairs) > 1)]


def how(compared: PairsCompared) -> list[str]:
    """How it was decided, in a sentence."""
    return [
        "B / A is the ratio of seconds per task in a block, in which the two ran one right after the other in"
        f" random order; its interval is that of Wilcoxon's signed ranks over {compared.blocks} blocks at"
        f" {percent_of(compared.level)}{so_that_all_hold(compared)}."
    ]


def cautions(compared: PairsCompared) -> list[str]:
    """What to know before quoting a figure."""
    found = indicative(compared, "blocks")
    if compared.changed_results:
        found.append(f"B returns something else than A: {listed(compared.changed_results)}.")
    if compared.unknown_results:
        found.append(
            f"Whether B returns the same as A was not compared: {listed(compared.unknown_results)}."
            " For that, results must be the same in every block, and batches of one length."
        )
    for name, only in zip("AB", compared.only, strict=True):
        if only:
            found.append(f"Only in {name}: {listed(only)}.")
    return found


def nothing_paired(run: Run) -> str:
    """Why there is nothing to compare."""
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
