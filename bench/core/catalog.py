"""Workloads by name, by label, or by the file that holds them, and the modules that each needs."""

import dataclasses
import os
from collections.abc import Iterable
from pathlib import Path

from bench.core.code_loading import HARNESS, load_file
from bench.core.errors import UserError
from bench.core.registry import Registry, loaded, unknown
from bench.core.runner import RUNNERS
from bench.core.workload import Workload

STATED = ("name", "family", "bound", "flavours")


def complete(kind: type[Workload]) -> type[Workload]:
    """The class, if it says what every workload must. Raises UserError."""
    if lacking := [stated for stated in STATED if not hasattr(kind, stated)]:
        raise UserError(f"{kind.target()} has no {' and no '.join(lacking)}: a workload must define them.")
    if not dataclasses.is_dataclass(kind):
        raise UserError(f"{kind.target()} is not a dataclass: write @dataclass(frozen=True) above it.")
    if nameless := [field.name for field in kind.parameters() if field.default is dataclasses.MISSING]:
        raise UserError(f"{kind.target()} has no default for {', '.join(nameless)}: give it one.")
    return kind


WORKLOADS: Registry[type[Workload]] = Registry(
    "workload",
    "workloads",
    Workload,
    group="bench.workloads",
    states="flavours",
    make=complete,
    name=lambda kind: kind.label(),
    order=lambda kind: kind.label(),
)


def find_workloads(names: Iterable[str], clients: Iterable[str] = ()) -> list[type[Workload]]:
    """The workloads of those names, labels or files, of those clients if any are named. Raises UserError."""
    names, clients = list(names), list(clients)
    of_files = {name: workload_at(name) for name in names if ".py:" in name or name.endswith(".py")}
    known = [(kind.target(), kind) for kind in (*WORKLOADS.all, *of_files.values())]
    everything = WORKLOADS.ordered(known)
    chosen: list[type[Workload]] = []
    for name in names:
        if name in of_files:
            chosen.append(of_files[name])
            continue
        matching = [workload for workload in everything if name in (workload.name, workload.label())]
        if not matching:
            raise unknown(
                "workload", name, {each for kind in everything for each in (kind.name, kind.label())}
            )
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
                raise UserError(f"No chosen workload uses the client {client!r}: name one that does with -w.")
    return chosen


def workload_at(address: str) -> type[Workload]:
    """The class at ``path/to/file.py:Class``. Raises UserError."""
    where, _, name = address.partition(".py:")
    path = Path(os.path.expanduser(f"{where}.py")).absolute()
    if not name:
        raise UserError(f"-w {address} names no class: write path/to/file.py:Class.")
    if not os.path.isfile(path):
        raise UserError(f"-w {address}: there is no file {where}.py.")
    module = loaded(f"{where}.py", lambda: load_file(path))
    kind = getattr(module, name, None)
    if kind is None:
        classes = [each for each in vars(module).values() if isinstance(each, type)]
        kinds = [each.__name__ for each in classes if issubclass(each, Workload) and each is not Workload]
        there = f"; it has {', '.join(kinds)}" if kinds else ""
        raise UserError(f"-w {address}: there is no {name} in {where}.py{there}.")
    return WORKLOADS.entry(kind, address)


def modules_of(kind: type[Workload]) -> tuple[str, ...]:
    """The modules that a workload needs: of one that a package brings, that package, too."""
    package, _, _ = kind.__module__.partition(".")
    if package in HARNESS:
        return kind.requires
    brought = any(point.value == kind.target() for point in WORKLOADS.points())
    return (*kind.requires, package) if brought else kind.requires


def all_modules() -> list[str]:
    """What the workloads and the runners need, besides the standard library."""
    of_workloads = {module for kind in WORKLOADS.all for module in modules_of(kind)}
    return sorted(of_workloads.union(*(runner.requires for runner in RUNNERS.all)))
