"""Cells of the comparison: workloads under models, a baseline for each family, the null task, and some cells
twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.core.catalog import WORKLOADS, find_workloads, modules_of
from bench.core.errors import UserError
from bench.core.records import A_A, MAIN, NULL, Missing
from bench.core.runner import RUNNERS, Runner
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.available import available_runners, lacking, runner_options
from bench.planning.options import Options
from bench.planning.parameters import build, parse_params
from bench.planning.sizing import usual_concurrency
from bench.planning.study import CellRequest

# (family, runner) of the cells measured twice: the true ratio is 1, so the measured one is noise.
TWINS = {("http", "sync"), ("cpu-python", "sync"), ("cpu-python", "multiprocessing")}


@dataclass(frozen=True)
class Choice:
    """A workload and the models that can run it."""

    workload: Workload
    runners: tuple[Runner, ...]


def comparison_requests(options: Options, host: Host, cores: int) -> tuple[list[CellRequest], list[Missing]]:
    """Cells of the comparison on an interpreter, and what others lack. Raises UserError for unknown names."""
    choices, missing = choose(options, host)
    return [
        request
        for choice in choices
        for runner in choice.runners
        for request in requests_of(choice.workload, runner, options, cores)
    ], missing


def requests_of(workload: Workload, runner: Runner, options: Options, cores: int) -> list[CellRequest]:
    """Cell of a workload under a model; twice where it shows the noise."""
    in_flight = options.concurrency[0] if options.concurrency else usual_concurrency(workload, cores)
    request = CellRequest(
        workload,
        runner,
        concurrency=1 if runner.one_at_a_time else in_flight,
        window=in_flight,
        options=runner_options(runner, options),
        n=options.tasks,
        study=MAIN,
    )
    twice = (workload.name, runner.name) in TWINS and not options.side_by_side
    return [request, replace(request, study=A_A)] if twice else [request]


def choose(options: Options, host: Host) -> tuple[list[Choice], list[Missing]]:
    """Workloads for an interpreter with the models that can run them, and what others lack."""
    if not options.compares:
        return [], []
    runners, missing = available_runners(options, host)
    kinds = chosen_workloads(options)
    params = parse_params(options.params, kinds)
    choices = []
    for kind in kinds:
        fitting = tuple(runner for runner in runners if runner.flavour in kind.flavours)
        if not fitting:
            if options.workloads and not missing:
                able = sorted(r.name for r in RUNNERS.all if r.flavour in kind.flavours)
                raise UserError(
                    f"{kind.label()} runs under {', '.join(able)} only: add one of them with -r,"
                    " or leave it out."
                )
            continue
        if absent := host.lacks(modules_of(kind)):
            missing.append(lacking(kind, absent, host))
            continue
        choices.append(Choice(build(kind, params), fitting))
    if choices and not options.side_by_side:
        choices += baselines(choices, runners, params, host)
        choices += dispatch_cost(choices)
    return choices, missing


def chosen_workloads(options: Options) -> list[type[Workload]]:
    """The workloads named by the options, or those of the mode. Raises UserError."""
    if options.workloads:
        return find_workloads(options.workloads, options.clients)
    quick = options.mode == "quick"
    usual = [kind for kind in WORKLOADS.shipped if (kind.essential if quick else kind.in_all)]
    return find_workloads([kind.label() for kind in usual], options.clients)


def baselines(
    choices: Sequence[Choice], runners: Iterable[Runner], params: Mapping[str, str], host: Host
) -> list[Choice]:
    """Sync cells of the families without one, as baselines."""
    sync = next((runner for runner in runners if runner.name == "sync"), None)
    if sync is None:
        return []
    have = {c.workload.family for c in choices if sync in c.runners and not c.workload.lesson}
    chosen = {c.workload.label() for c in choices if sync in c.runners}
    known = dict.fromkeys([*WORKLOADS.all, *(type(choice.workload) for choice in choices)])
    added: list[Choice] = []
    for family in sorted({choice.workload.family for choice in choices} - have):
        able = [w for w in known if w.family == family and sync.flavour in w.flavours and w.in_all]
        usable = sorted((w for w in able if not host.lacks(modules_of(w))), key=lambda w: w.lesson)
        if usable and usable[0].label() not in chosen:
            added.append(Choice(build(usable[0], params), (sync,)))
    return added


def dispatch_cost(choices: Sequence[Choice]) -> list[Choice]:
    """The null task under every chosen model, to measure their overhead."""
    if any(choice.workload.name == NULL for choice in choices):
        return []
    (null,) = find_workloads([NULL])
    used = {runner.name for choice in choices for runner in choice.runners}
    able = [runner for runner in RUNNERS.all if runner.name in used and runner.flavour in null.flavours]
    return [Choice(null(), tuple(able))]
