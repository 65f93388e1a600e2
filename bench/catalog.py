"""What there is: workloads, runners, studies, demos; found by reading their packages, looked up by name."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

import bench.runners
import bench.studies
import workloads
import workloads.patterns
from bench.demo import Demo, demos_in
from bench.errors import UserError
from bench.runner import Runner, load_runner
from bench.study import Study, load_study
from bench.workload import Workload

T = TypeVar("T")


@cache
def all_workloads() -> tuple[type[Workload], ...]:
    """Every workload in the package ``workloads``, in order of label. Raises UserError for a faulty file."""
    found: dict[str, type[Workload]] = {}
    for module in pkgutil.iter_modules(workloads.__path__, "workloads."):
        if module.ispkg:
            continue
        for kind in workloads_in(module.name):
            if kind.label() in found:
                other = found[kind.label()].target()
                raise UserError(f"{kind.target()} and {other} are both called {kind.label()}: rename one.")
            found[kind.label()] = kind
    return tuple(found[label] for label in sorted(found))


def workloads_in(name: str) -> list[type[Workload]]:
    """The workloads that a module defines: its subclasses of Workload that state their flavours."""
    try:
        members = vars(importlib.import_module(name)).values()
    except Exception as error:
        raise cannot_be_loaded(name, error) from None
    kinds = [kind for kind in members if inspect.isclass(kind) and issubclass(kind, Workload)]
    own = [kind for kind in kinds if kind.__module__ == name and "flavours" in vars(kind)]
    for kind in own:
        lacking = [needed for needed in ("name", "family", "bound") if not hasattr(kind, needed)]
        if lacking:
            raise UserError(f"{kind.target()} has no {' and no '.join(lacking)}: a workload states them.")
        if not dataclasses.is_dataclass(kind):
            raise UserError(f"{kind.target()} is no dataclass: write @dataclass(frozen=True) above it.")
    return own


@cache
def all_runners() -> tuple[Runner, ...]:
    """Every runner, the core models first."""
    names = [module.name.replace("_", "-") for module in pkgutil.iter_modules(bench.runners.__path__)]
    runners = [load_runner(name) for name in names]
    order = ["sync", "threading", "multiprocessing", "asyncio"]
    return tuple(sorted(runners, key=lambda r: (order.index(r.name) if r.name in order else 99, r.name)))


@cache
def all_studies() -> tuple[Study, ...]:
    """Every study, in the order in which the report shows them."""
    names = [module.name for module in pkgutil.iter_modules(bench.studies.__path__)]
    return tuple(sorted(map(load_study, names), key=lambda study: study.place))


@cache
def all_demos() -> tuple[Demo, ...]:
    """Every demo, in the order in which one builds on another."""
    modules = pkgutil.iter_modules(workloads.patterns.__path__, "workloads.patterns.")
    demos = []
    for module in modules:
        try:
            demos += [kind() for kind in demos_in(module.name)]
        except Exception as error:
            raise cannot_be_loaded(module.name, error) from None
    return tuple(sorted(demos, key=lambda demo: demo.place))


def find_demo(name: str) -> Demo:
    """The demo of that name. Raises UserError."""
    return _named({demo.name: demo for demo in all_demos()}, "demo", name)


def find_studies(names: Iterable[str]) -> list[Study]:
    """The studies of those names. Raises UserError."""
    by_name = {study.name: study for study in all_studies()}
    return list(dict.fromkeys(_named(by_name, "study", name) for name in names))


def find_workloads(names: Iterable[str], clients: Iterable[str] = ()) -> list[type[Workload]]:
    """The workloads of those names or labels, of those clients if any are named. Raises UserError."""
    everything = all_workloads()
    clients = list(clients)
    chosen: list[type[Workload]] = []
    for name in names:
        matching = [workload for workload in everything if name in (workload.name, workload.label())]
        if not matching:
            known = {workload.name for workload in everything} | {workload.label() for workload in everything}
            raise unknown("workload", name, known)
        # A name alone means the usual clients; the others are named themselves.
        usual = [w for w in matching if w.in_all or w.label() == name or w.client in clients]
        chosen += [workload for workload in usual or matching if workload not in chosen]
    known_clients = {workload.client for workload in everything if workload.client}
    for client in clients:
        if client not in known_clients:
            raise unknown("client", client, known_clients)
    if clients:
        chosen = [workload for workload in chosen if workload.client is None or workload.client in clients]
        for client in clients:
            if client not in {workload.client for workload in chosen}:
                raise UserError(
                    f"No workload that was chosen uses the client {client!r}: name one that does with -w."
                )
    return chosen


def find_runners(names: Iterable[str]) -> list[Runner]:
    """The runners of those names. Raises UserError."""
    by_name = {runner.name: runner for runner in all_runners()}
    return list(dict.fromkeys(_named(by_name, "runner", name) for name in names))


def cannot_be_loaded(module: str, error: Exception) -> UserError:
    """The error for a file that fails as it is imported."""
    return UserError(f"{module} cannot be loaded: {type(error).__name__}: {error}; mend or remove it.")


def _named(things: Mapping[str, T], kind: str, name: str) -> T:
    if name not in things:
        raise unknown(kind, name, things)
    return things[name]


def load_modules(package: str) -> None:
    """Import every module of a package, in order of name: they enter themselves where they belong."""
    path = importlib.import_module(package).__path__
    for name in sorted(module.name for module in pkgutil.iter_modules(path)):
        importlib.import_module(f"{package}.{name}")


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that is not there, with what may have been meant."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
    return UserError(f"Unknown {kind} {name!r}: {hint}")


def all_modules() -> list[str]:
    """What the workloads and the runners need, besides the standard library."""
    users: list[type[Workload] | Runner] = [*all_workloads(), *all_runners()]
    return sorted({name for each in users for name in each.requires})
