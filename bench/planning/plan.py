"""The plan, made of selections and their pilot runs: all decisions before the first cell."""

import math
import os
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bench import __version__
from bench.core.cell import A_A, MAIN, NULL, Cell
from bench.core.demo import MODELS
from bench.core.errors import UserError
from bench.core.run import Finding, Machine, Missing, MongoServer, Plan
from bench.core.runner import RUNNERS
from bench.core.user_function import Own
from bench.core.variables import left_in
from bench.core.workload import Workload
from bench.environment.machine import CALIBRATION_ROUNDS, calibration_cell
from bench.planning.blocks import calls_of, evened
from bench.planning.cells import chosen_studies
from bench.planning.descriptions import describe_runner, describe_variant, describe_workload
from bench.planning.options import Options
from bench.planning.selection import Selection, all_workloads_of, asked_for, longest_delay, nothing_left
from bench.planning.sizing import Sized, of_one_model, size
from bench.planning.study import FEWEST_BLOCKS
from bench.planning.trials import PILOT_TASKS, Trials
from bench.worker.warm import MOST_WARM_UPS

BLOCKS = {"default": 7, "quick": 3, "thorough": 40}
ERROR = 0.05  # that the verdicts of a family may have together, see ``analysis.verdicts``
COMPUTING_BLOCKS = 24  # at most, of what computes: its blocks scatter more than those of what waits
PAIRED_BLOCKS = 16  # of what is compared with itself: small differences are the point, and its cells are few
PAIRED_COMPUTING_BLOCKS = 60  # of one function, half a minute
STUDY_BLOCKS = 8  # of a thorough run; its further blocks sharpen the comparison alone
MOST_BLOCKS = 1000
ROUND_S = 0.25  # of the calibration cell


def make_plan(
    options: Options,
    selections: Sequence[Selection],
    trials: Sequence[Trials],
    machine: Machine,
    findings: Sequence[Finding],
    services: Mapping[str, str],
) -> Plan:
    """The plan. Raises UserError when nothing can be measured."""
    sized, missing = size_all(selections, trials, machine.cores, paired=options.side_by_side)
    expected = evened({each.cell: each.seconds for each in sized})
    workloads = all_workloads_of(selections)
    if not {cell.workload for cell in expected} & asked_for(options, workloads):
        raise nothing_left(missing)
    function = next((each for each in workloads.values() if isinstance(each, Own)), None)
    if not options.side_by_side:  # what is compared with itself has the same machine on both sides
        expected |= {} if function else twin_of_some(expected)  # advice is told in seconds
        rounds = 1 if function and function.bound == "io" else rounds_beside(sized)
        first = selections[0].host.python.name
        expected = {calibration_cell(first, machine.cores, rounds): rounds * ROUND_S} | expected
    runners = {cell.runner for cell in expected}
    measured = {cell.workload for cell in expected}
    compared = {cell.workload for cell in expected if cell.study == MAIN}
    studies = chosen_studies(options)
    blocks = options.blocks or usual_blocks(options)
    if function:
        blocks = min(blocks, blocks_within(function, expected, selections))
    seldom: dict[str, int] = {}
    settled: dict[str, int] = {}
    computing = computing_cells(expected, workloads)
    if compared and not options.blocks and options.mode == "default":
        blocks = max(blocks, fewest_to_decide(expected, workloads))
    if computing and not options.blocks and options.mode == "default":
        in_all = {study.name: study.blocks_in_all for study in studies}
        decided = {cell for cell in expected if options.side_by_side or is_decided(cell, workloads)}
        settled = {
            cell.key: blocks if cell in decided else in_all.get(cell.study, FEWEST_BLOCKS)
            for cell in expected
            if cell not in computing
        }
        blocks = PAIRED_COMPUTING_BLOCKS if options.side_by_side else COMPUTING_BLOCKS
    once = {study.name for study in studies if study.once}
    seldom |= {cell.key: blocks for cell in expected if cell.study in once}
    return Plan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=options.command,
        mode=options.mode,
        seed=options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000),
        blocks=blocks,
        threshold=options.threshold or 0.0,
        machine=machine,
        interpreters=[selection.host.python for selection in selections],
        workloads=[
            describe_workload(workload) if name in compared else describe_variant(workload)
            for name, workload in workloads.items()
            if name in measured
        ],
        runners=[describe_runner(runner) for runner in RUNNERS.with_variants if runner.name in runners],
        cells=list(expected),
        expected_s={cell.key: round(seconds, 3) for cell, seconds in expected.items()},
        services=dict(services),
        missing=missing,
        versions={"bench": __version__},
        studies=[study.name for study in studies],
        study_blocks=STUDY_BLOCKS if options.mode == "thorough" and options.everything else None,
        seldom=seldom,
        settled=settled,
        budget_s=options.budget_s,
        memory_limit=options.memory_limit,
        findings=list(findings),
        demos=demos_of(options),
        mongo=mongo_server(options, selections),
        environment=left_in(os.environ, options.keep_env),
    )


def size_all(
    selections: Sequence[Selection], trials: Sequence[Trials], cores: int, *, paired: bool
) -> tuple[list[Sized], list[Missing]]:
    """Sized cells of all interpreters, and what each lacks, such as cells whose pilot run failed."""
    found, missing = [], []
    alone = of_one_model((r.workload.family, r.runner.name) for each in selections for r in each.requests)
    for selection, tried in zip(selections, trials, strict=True):
        python = selection.host.python
        missing += [*selection.missing, *tried.missing]
        for request in filter(tried.runs, selection.requests):
            sized = size(
                request,
                tried.pilot_of(request),
                python=python.name,
                cores=cores,
                gil=python.gil,
                paired=paired,
                one_model=request.workload.family in alone,
            )
            if sized.seconds <= request.longest_s:
                found.append(sized)
                continue
            reason = (
                f"with {request.concurrency:,} in flight it would take {sized.seconds:.0f} s in each block"
            )
            missing.append(
                Missing(request.label, request.runner.name, reason, python=python.name, left_out=True)
            )
    return found, missing


def twin_of_some(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    """The first baseline, or else the first cell, once more, in a run that measures no cell twice."""
    if any(cell.study == A_A for cell in cells):
        return {}
    real = [cell for cell in cells if cell.procedure == "batch" and cell.workload != NULL]
    chosen = sorted(real, key=lambda cell: (cell.study != MAIN, cell.runner != "sync"))[:1]
    return {replace(cell, study=A_A): cells[cell] for cell in chosen}


def rounds_beside(cells: Iterable[Sized]) -> int:
    """How many rounds of calibration, by twice the time that the batches of a block take, so that a quick try
    stays quick: at least one. One usual batch is enough for all ``CALIBRATION_ROUNDS``."""
    batches_s = sum(each.batch_s for each in cells)
    return min(max(math.ceil(2 * batches_s / ROUND_S), 1), CALIBRATION_ROUNDS)


def usual_blocks(options: Options) -> int:
    """Largest number of blocks where the options set none."""
    if options.mode != "default":
        return BLOCKS[options.mode]
    if options.side_by_side:
        return PAIRED_BLOCKS
    alone = [] if options.compares else chosen_studies(options)
    return max((study.blocks for study in alone if study.blocks), default=BLOCKS["default"])


def fewest_to_decide(cells: Iterable[Cell], workloads: Mapping[str, Workload]) -> int:
    """The fewest blocks that can decide the comparisons of the largest family: that all of them agree must be
    rarer by chance than the error that each comparison may have."""
    rivals = [cell for cell in cells if cell.study == MAIN and cell.runner != "sync"]
    families = Counter(workloads[cell.workload].family for cell in rivals)
    return math.ceil(math.log2(max(families.values(), default=1) / ERROR))


def is_decided(cell: Cell, workloads: Mapping[str, Workload]) -> bool:
    """Whether the comparison has a verdict on it that says something: not on tasks without work."""
    workload = workloads.get(cell.workload)
    return cell.study == MAIN and workload is not None and workload.bound != "none"


def computing_cells(cells: Iterable[Cell], workloads: Mapping[str, Workload]) -> set[Cell]:
    """What computes in the comparison, which is measured in more blocks than all else, until it is decided:
    neighbours on the machine slow down what computes, and what waits by less."""
    compared = (cell for cell in cells if cell.study == MAIN and cell.workload in workloads)
    kinds = ((cell, workloads[cell.workload]) for cell in compared)
    return {cell for cell, workload in kinds if workload.bound == "cpu" and not workload.lesson}


def blocks_within(function: Own, cells: Iterable[Cell], selections: Sequence[Selection]) -> int:
    """So many blocks have no more calls than are left of ``--max-calls`` after the pilot runs. Raises
    UserError where not one has."""
    if not function.calls:
        return MOST_BLOCKS
    tried = {(s.host.python.name, r.runner.name) for s in selections for r in s.requests if r.needs_pilot}
    left = function.calls - len(tried) * (PILOT_TASKS + 1 + MOST_WARM_UPS)
    of_block = sum(calls_of(cell, function.dear) for cell in cells)
    if left < of_block:
        raise UserError(
            f"--max-calls: one block takes {of_block:,} calls, but only {max(left, 0):,} are left: raise it,"
            " or choose fewer models (-r) or fewer calls in flight (-c)."
        )
    return left // of_block


def demos_of(options: Options) -> list[str]:
    """The models under which the demos are shown."""
    if not options.everything:
        return []
    return ["asyncio"] if options.mode == "quick" else list(MODELS)


def mongo_server(options: Options, selections: Sequence[Selection]) -> MongoServer:
    """The MongoDB that was chosen."""
    if options.mongo_uri:
        return MongoServer("given")
    if options.mongod is not None:
        return MongoServer("mongod", options.mongod, longest_delay(all_workloads_of(selections).values()))
    return MongoServer()
