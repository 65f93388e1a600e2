"""From what was asked to what will be measured: workloads with their parameters, and the runners of each."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.core.catalog import WORKLOADS, find_workloads, modules_of
from bench.core.errors import UserError
from bench.core.records import NULL, Missing, Scalar
from bench.core.registry import unknown
from bench.core.runner import RUNNERS, Runner
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.environment.interpreter import Host


@dataclass(frozen=True)
class Options:
    """What the user asked for. None and () mean: as the mode has it."""

    mode: str = "default"  # "default", "quick" or "thorough"
    workloads: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    runners: tuple[str, ...] = ()
    params: tuple[str, ...] = ()  # "name=value"
    studies: tuple[str, ...] = ()
    own: Own | None = None  # the user's function, for advice
    pythons: tuple[str, ...] = ()  # paths, names, versions; (): the one that is running
    against: str = ""  # a git revision of the measured code, to measure beside it
    bare: bool = False  # what was chosen alone: nothing to relate it to, for it is compared with itself
    all_runners: bool = False  # every one that is available, not the core models alone
    in_all: bool = False  # the studies come beside the comparison; else they are all that is measured
    levels: tuple[int, ...] = ()  # of concurrency, for a sweep
    concurrency: int | None = None
    tasks: int | None = None
    blocks: int | None = None
    budget_s: float | None = None
    seed: int | None = None
    threshold: float = 0.05
    out: str = "reports"
    mongo_uri: str | None = None
    mongo_uri_is_option: bool = True  # False: from the environment, where a dead server is no error
    mongod: str | None = None
    memory_limit: int | None = None  # bytes, of a cell's processes together
    dask_scheduler: str | None = None  # tcp://host:port; None: a cluster of this machine's own
    command: str = ""


@dataclass(frozen=True)
class Choice:
    """A workload and the runners that can run it."""

    workload: Workload
    runners: tuple[Runner, ...]


def choose(options: Options, host: Host) -> tuple[list[Choice], list[Missing]]:
    """The workloads to measure on an interpreter under the runners that can run them, and what cannot be had
    there. Raises UserError for what does not exist."""
    if options.studies and not options.in_all:
        return [], []
    runners, missing = available_runners(options, host)
    classes = chosen_workloads(options)
    params = parse_params(options.params, classes)
    choices = []
    for kind in classes:
        fitting = tuple(runner for runner in runners if runner.flavour in kind.flavours)
        if not fitting:
            if options.workloads and not missing:
                able = sorted(r.name for r in RUNNERS.all if r.flavour in kind.flavours)
                names = ", ".join(able)
                raise UserError(
                    f"{kind.label()} runs under {names} only: add one of them with -r, or leave it out."
                )
            continue
        if absent := host.lacks(modules_of(kind)):
            missing.append(lacking(kind, absent, host))
            continue
        choices.append(Choice(build(kind, params), fitting))
    if choices and not options.bare:
        choices += baselines(choices, runners, params, host)
        choices += dispatch_cost(choices)
    return choices, missing


def lacking(kind: type[Workload], absent: Sequence[str], host: Host) -> Missing:
    """A workload that an interpreter cannot run, and what to do about it."""
    return Missing(
        kind.label(), "", f"it needs {', '.join(absent)}: {host.install(absent)}", python=host.python.name
    )


def available_runners(options: Options, host: Host) -> tuple[list[Runner], list[Missing]]:
    """Those of the runners that were asked for which the interpreter can run, and why not the others."""
    clusters = options.dask_scheduler is not None
    usual = [r for r in RUNNERS.all if r.core or options.all_runners or (r.clusters and clusters)]
    asked = RUNNERS.find(options.runners) if options.runners else usual
    if clusters and not any(runner.clusters for runner in asked):
        raise UserError("--dask-scheduler is for the model dask: add -r dask, or leave it out.")
    missing = [
        Missing("", runner.name, reason, python=host.python.name)
        for runner in asked
        if (reason := why_not(runner, host))
    ]
    return [runner for runner in asked if not host.runners[runner.name]], missing


def options_of(runner: Runner, options: Options) -> dict[str, Scalar]:
    """What the user's options say to a model: the cluster that it is to run on."""
    named = options.dask_scheduler is not None and runner.clusters
    return {"scheduler": str(options.dask_scheduler)} if named else {}


def why_not(runner: Runner, host: Host) -> str | None:
    """Why an interpreter cannot run that model, and what to do about it; None: it can."""
    reason = host.runners[runner.name]
    absent = host.lacks(runner.requires)
    return f"{reason}: {host.install(absent)}" if reason and absent else reason


def chosen_workloads(options: Options) -> list[type[Workload]]:
    if options.workloads:
        return find_workloads(options.workloads, options.clients)
    quick = options.mode == "quick"
    usual = [kind for kind in WORKLOADS.shipped if (kind.essential if quick else kind.in_all)]
    return find_workloads([kind.label() for kind in usual], options.clients)


def baselines(
    choices: Sequence[Choice], runners: Iterable[Runner], params: Mapping[str, str], host: Host
) -> list[Choice]:
    """The sync cells of families that were chosen without one, so that there is something to compare with."""
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
    """The workload with no work in it, under every runner that was chosen: the measure of their overhead."""
    if any(choice.workload.name == NULL for choice in choices):
        return []
    (null,) = find_workloads([NULL])
    used = {runner.name for choice in choices for runner in choice.runners}
    able = [runner for runner in RUNNERS.all if runner.name in used and runner.flavour in null.flavours]
    return [Choice(null(), tuple(able))]


def parse_params(texts: Iterable[str], kinds: Sequence[type[Workload]]) -> dict[str, str]:
    """``name=value`` texts by name. Raises UserError for a name that no chosen workload has."""
    known = {field.name for kind in kinds for field in kind.parameters()}
    params = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"-p {text!r} sets nothing: write it as name=value, for instance -p delay=0.05.")
        if name not in known:
            if not known:
                raise UserError(f"-p {text!r}: no workload that was chosen has parameters.")
            raise unknown("parameter", name, known)
        params[name] = value
    return params


def build(kind: type[Workload], params: Mapping[str, str]) -> Workload:
    """The workload with those of the parameters that it has. Raises UserError for a bad value."""
    values = {}
    for field in kind.parameters():
        if field.name in params:
            values[field.name] = parse_value(kind, field, params[field.name])
    return kind(**values)


def parse_value(kind: type[Workload], field: dataclasses.Field[Scalar], text: str) -> Scalar:
    """A parameter's value, of its default's type and within its bounds."""
    wanted: type[int] | type[float] | type[str] = type(field.default)  # type: ignore[assignment]  # a Scalar
    try:
        value = wanted(text)
    except ValueError:
        noun = {int: "a whole number", float: "a number"}.get(wanted, wanted.__name__)
        raise UserError(f"-p {field.name}={text}: {field.name} of {kind.label()} is {noun}.") from None
    least, most = field.metadata.get("minimum", -math.inf), field.metadata.get("maximum", math.inf)
    if isinstance(value, int | float) and not (least <= value <= most and math.isfinite(value)):
        bounds = f"between {least:g} and {most:g}" if math.isfinite(most) else f"at least {least:g}"
        raise UserError(f"-p {field.name}={text}: {field.name} of {kind.label()} must be {bounds}.")
    return value
