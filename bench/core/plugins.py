"""Workloads and runners of others: a class in any file, and what installed packages bring by entry points."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from bench.core.code_loading import HARNESS, load_file
from bench.core.errors import UserError
from bench.core.runner import RUNNERS, Runner, load_runner
from bench.core.workload import Workload

WORKLOADS = "bench.workloads"
"""The group of entry points that name classes of workloads; for runners see ``bench.core.runner.RUNNERS``."""

STATED = ("name", "family", "bound", "flavours")


def is_address(name: str) -> bool:
    """Whether that names a class in a file, and no workload by its name."""
    return ".py:" in name or name.endswith(".py")


def workload_at(address: str) -> type[Workload]:
    """The class at ``path/to/file.py:Class``. Raises UserError."""
    where, _, name = address.partition(".py:")
    path = Path(f"{where}.py").expanduser().absolute()
    if not name:
        raise UserError(f"-w {address} names no class: write path/to/file.py:Class.")
    if not path.is_file():
        raise UserError(f"-w {address}: there is no file {where}.py.")
    try:
        module = load_file(path)
    except Exception as error:
        raise cannot_be_loaded(f"{where}.py", error) from None
    kind = getattr(module, name, None)
    if kind is None:
        kinds = [each.__name__ for each in vars(module).values() if _is_workload(each)]
        there = f"; it has {', '.join(kinds)}" if kinds else ""
        raise UserError(f"-w {address}: there is no {name} in {where}.py{there}.")
    return complete(kind)


def complete(kind: Any) -> type[Workload]:
    """The class, if it is a workload and says what every one must. Raises UserError."""
    if not _is_workload(kind):
        raise UserError(f"{getattr(kind, '__name__', kind)!s} is no workload: subclass bench.Workload.")
    found: type[Workload] = kind
    lacking = [stated for stated in STATED if not hasattr(found, stated)]
    if lacking:
        raise UserError(f"{found.target()} has no {' and no '.join(lacking)}: a workload states them.")
    if not dataclasses.is_dataclass(found):
        raise UserError(f"{found.target()} is no dataclass: write @dataclass(frozen=True) above it.")
    if nameless := [field.name for field in found.parameters() if field.default is dataclasses.MISSING]:
        raise UserError(f"{found.target()} has no default for {', '.join(nameless)}: give it one.")
    return found


def _is_workload(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, Workload) and kind is not Workload


def installed_workloads() -> Iterator[type[Workload]]:
    """Those that packages bring. Raises UserError for one that cannot be loaded."""
    for point in entry_points(group=WORKLOADS):
        yield complete(_loaded(point))


def installed_runners(shipped: Sequence[str]) -> Iterator[Runner]:
    """Those that packages bring. Raises UserError for one that cannot be loaded, or has another's name."""
    for point in entry_points(group=RUNNERS):
        _loaded(point)
        if point.name in shipped:
            raise UserError(f"{_told(point)} has the name of a runner that there is: rename it.")
        runner = load_runner(point.name)
        if runner.name != point.name:
            raise UserError(f"{_told(point)} calls itself {runner.name!r}: give both one name.")
        yield runner


def modules_of(kind: type[Workload]) -> tuple[str, ...]:
    """The modules that a workload needs: of one that a package brings, that package, too."""
    package, _, _ = kind.__module__.partition(".")
    if package in HARNESS:
        return kind.requires
    brought = any(point.value == kind.target() for point in entry_points(group=WORKLOADS))
    return (*kind.requires, package) if brought else kind.requires


def cannot_be_loaded(module: str, error: Exception) -> UserError:
    """The error for a file that fails as it is imported."""
    return UserError(f"{module} cannot be loaded: {type(error).__name__}: {error}; mend or remove it.")


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        raise cannot_be_loaded(_told(point), error) from None


def _told(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"{point.group} {point.name!r}{package}"
