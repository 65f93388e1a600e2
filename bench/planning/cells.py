"""Cells to measure on an interpreter: those of the comparison (workloads under models, a baseline for each
family, the null task, and some cells twice), and those of the chosen studies, of which one measures the user
function."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.core.catalog import WORKLOADS, find_workloads, modules_of
from bench.core.cell import A_A, MAIN, NULL
from bench.core.errors import UserError
from bench.core.run import Missing
from bench.core.runner import RUNNERS, Runner
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.available import available_runners, lacking, runner_options
from bench.planning.options import Options
from bench.planning.parameters import build, parse_params
from bench.planning.sizing import usual_concurrency
from bench.planning.study import STUDIES, CellRequest, Study, StudyScope

# (family, runner) of the cells measured twice: the true ratio is 1, so the measured one is noise.
# One waits on a single core, the other computes on all of them.
TWINS = {("http", "sync"), ("cpu-python", "multiprocessing")}

CLOCKS_APART = "the start of a task on a cluster is unknown: its clocks are not this machine's"
OF_FUNCTIONS = "advice"


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
        able = [w for w in known if w.family == family and sync.flavour in w.flavours]
        here = (w for w in able if not host.lacks(modules_of(w)))
        usable = sorted(here, key=lambda w: (w.lesson, not w.in_all))
        if usable and usable[0].label() not in chosen:
            added.append(Choice(build(usable[0], params), (sync,)))
    return added


def dispatch_cost(choices: Sequence[Choice]) -> list[Choice]:
    """The null task under every chosen model, to measure their overhead."""
    if any(choice.workload.name == NULL for choice in choices):
        return []
    (null,) = find_workloads([NULL])
    used = {runner.name for choice in choices for runner in choice.runners}
    known = RUNNERS.with_variants
    able = [runner for runner in known if runner.name in used and runner.flavour in null.flavours]
    return [Choice(null(), tuple(able))]


def chosen_studies(options: Options) -> list[Study]:
    """The studies named by the options, or those of the kind of run. Raises UserError."""
    if options.has_function:
        return STUDIES.find([OF_FUNCTIONS])
    if not options.everything:
        return STUDIES.find(options.studies)
    # A quick run has no time for cells beside the comparison's; some studies have a command of their own.
    thorough, quick = options.mode == "thorough", options.mode == "quick"
    return [s for s in STUDIES.all if (thorough and not s.command) or (s.in_all and not quick)]


def study_requests(
    options: Options, host: Host, cores: int, function: Own | None
) -> tuple[list[CellRequest], list[Missing]]:
    """Cells of the chosen studies on an interpreter, and what others lack. Raises UserError."""
    studies = chosen_studies(options)
    if not studies:
        return [], []
    runners, missing = available_runners(options, host)
    if function and not options.runners:
        missing = []  # models that nobody asked for by name
    named = [function] if function else [] if options.everything else workloads_named(options, studies)
    if options.concurrency and not options.everything and not any(s.takes_concurrencies for s in studies):
        raise UserError(f"The study {studies[0].name} sets the tasks in flight itself: leave out -c.")
    requests = []
    for study in studies:
        scope = StudyScope(
            runners=runners,
            cores=cores,
            gil=host.python.gil,
            beside=host.python.beside,
            version=host.version,
            chosen=bool(options.runners) or options.all_runners,
            quick=options.everything and options.mode != "thorough",
            workloads=named if study.takes_workloads else (),
            concurrencies=options.concurrency if study.takes_concurrencies else (),
        )
        for request in study.cells(scope):
            kind, own = type(request.workload), runner_options(request.runner, options)
            if absent := host.lacks(modules_of(kind)):
                missing.append(lacking(kind, absent, host, f"the study {study.name}"))
            elif why := CLOCKS_APART if request.procedure == "open_loop" and own else request.lacks:
                label = request.workload.label()
                missing.append(Missing(label, request.runner.name, why, python=host.python.name))
            else:
                requests.append(replace(request, study=study.name, options={**request.options, **own}))
    return requests, missing


def workloads_named(options: Options, studies: Sequence[Study]) -> list[Workload]:
    """The workloads named for the studies; none: their own. Raises UserError."""
    if options.clients and not options.workloads:
        raise UserError(f"--client {options.clients[0]} only filters workloads: name them with -w.")
    kinds = chosen_workloads(options) if options.workloads else []
    if kinds and not any(study.takes_workloads for study in studies):
        name = studies[0].name
        raise UserError(f"The study {name} has its own workloads: leave out -w {options.workloads[0]}.")
    params = parse_params(options.params, kinds)
    return [build(kind, params) for kind in kinds]
