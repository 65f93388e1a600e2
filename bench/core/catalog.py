"""What there is: workloads, runners, demos; found by reading their packages, looked up by name."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

import bench.runners
import workloads
import workloads.patterns
from bench.core.demo import Demo, demos_in
from bench.core.errors import UserError
from bench.core.plugins import (
    cannot_be_loaded,
    complete,
    installed_runners,
    installed_workloads,
    is_address,
    modules_of,
    workload_at,
)
from bench.core.runner import Runner, load_runner
from bench.core.workload import Workload

T = TypeVar("T")


@cache
def shipped_workloads() -> tuple[type[Workload], ...]:
    """Every workload in the package ``workloads``, in order of label. Raises UserError for a faulty file."""
    modules = pkgutil.iter_modules(workloads.__path__, "workloads.")
    return _by_label(kind for module in modules if not module.ispkg for kind in workloads_in(module.name))


@cache
def all_workloads() -> tuple[type[Workload], ...]:
    """Those, and the ones of installed packages. Raises UserError for a faulty one."""
    return _by_label([*shipped_workloads(), *installed_workloads()])


def _by_label(kinds: Iterable[type[Workload]]) -> tuple[type[Workload], ...]:
    found: dict[str, type[Workload]] = {}
    for kind in kinds:
        other = found.setdefault(kind.label(), kind)
        if other is not kind:
            raise UserError(
                f"{kind.target()} and {other.target()} are both called {kind.label()}: rename one."
            )
    return tuple(found[label] for label in sorted(found))


def workloads_in(name: str) -> list[type[Workload]]:
    """The workloads that a module defines: its subclasses of Workload that state their flavours."""
    try:
        members = vars(importlib.import_module(name)).values()
    except Exception as error:
        raise cannot_be_loaded(name, error) from None
    kinds = [kind for kind in members if inspect.isclass(kind) and issubclass(kind, Workload)]
    return [complete(kind) for kind in kinds if kind.__module__ == name and "flavours" in vars(kind)]


@cache
def all_runners() -> tuple[Runner, ...]:
    """Every runner, the core models first."""
    names = [
        module.name.replace("_", "-")
        for module in pkgutil.iter_modules(bench.runners.__path__)
        if not module.name.startswith("_")
    ]
    runners = [*map(load_runner, names), *installed_runners(names)]
    order = ["sync", "threading", "multiprocessing", "asyncio"]
    return tuple(sorted(runners, key=lambda r: (order.index(r.name) if r.name in order else 99, r.name)))


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
    return named({demo.name: demo for demo in all_demos()}, "demo", name)


def find_workloads(names: Iterable[str], clients: Iterable[str] = ()) -> list[type[Workload]]:
    """The workloads of those names, labels or files, of those clients if any are named. Raises UserError."""
    names, clients = list(names), list(clients)
    of_files = {name: workload_at(name) for name in names if is_address(name)}
    everything = _by_label([*all_workloads(), *of_files.values()])
    chosen: list[type[Workload]] = []
    for name in names:
        if name in of_files:
            chosen.append(of_files[name])
            continue
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
    return list(dict.fromkeys(named(by_name, "runner", name) for name in names))


def named(things: Mapping[str, T], kind: str, name: str) -> T:
    """The thing of that name. Raises UserError, with names that are near."""
    if name not in things:
        raise unknown(kind, name, things)
    return things[name]


def modules_in_place(package: str) -> list[str]:
    """Import every module of a package, where entries register themselves; their names, in order of the
    ``PLACE`` that each states."""
    path = importlib.import_module(package).__path__
    modules = [importlib.import_module(f"{package}.{module.name}") for module in pkgutil.iter_modules(path)]
    return [module.__name__ for module in sorted(modules, key=lambda module: module.PLACE)]


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that is not there, with what may have been meant."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
    return UserError(f"Unknown {kind} {name!r}: {hint}")


def all_modules() -> list[str]:
    """What the workloads and the runners need, besides the standard library."""
    of_workloads = {module for kind in all_workloads() for module in modules_of(kind)}
    return sorted(of_workloads.union(*(runner.requires for runner in all_runners())))
