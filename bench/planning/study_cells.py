"""Cells of the chosen studies; the user function is measured by a study, too."""

from collections.abc import Sequence
from dataclasses import replace

from bench.core.catalog import modules_of
from bench.core.errors import UserError
from bench.core.records import Missing
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.available import available_runners, lacking, runner_options
from bench.planning.comparison_cells import chosen_workloads
from bench.planning.options import Options
from bench.planning.parameters import build, parse_params
from bench.planning.study import STUDIES, CellRequest, Study, StudyScope

CLOCKS_APART = "the start of a task on a cluster is unknown: its clocks are not this machine's"
OF_FUNCTIONS = "advice"


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
            version=host.version,
            quick=options.everything and options.mode != "thorough",
            workloads=named if study.takes_workloads else (),
            concurrencies=options.concurrency if study.takes_concurrencies else (),
        )
        for request in study.cells(scope):
            kind, own = type(request.workload), runner_options(request.runner, options)
            if absent := host.lacks(modules_of(kind)):
                missing.append(lacking(kind, absent, host, f"the study {study.name}"))
            elif request.procedure == "open_loop" and own:
                label = request.workload.label()
                missing.append(Missing(label, request.runner.name, CLOCKS_APART, python=host.python.name))
            else:
                requests.append(replace(request, study=study.name, options={**request.options, **own}))
    return requests, missing


def workloads_named(options: Options, studies: Sequence[Study]) -> list[Workload]:
    """The workloads named for the studies; none: their own. Raises UserError."""
    if options.clients and not options.workloads:
        raise UserError(f"--client {options.clients[0]} chooses among workloads: name them with -w, too.")
    kinds = chosen_workloads(options) if options.workloads else []
    if kinds and not any(study.takes_workloads for study in studies):
        name = studies[0].name
        raise UserError(f"The study {name} has workloads of its own: leave out -w {options.workloads[0]}.")
    params = parse_params(options.params, kinds)
    return [build(kind, params) for kind in kinds]
