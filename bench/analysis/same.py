"""What differs between two runs beside their times, and what of it makes a comparison void."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.core.records import MAIN, Cell, Interpreter, Observation, Plan, Run

UNKNOWN = "\N{EN DASH}"
SEEN = {"client_extension": "C extension", "start_method": "start method", "loop": "event loop", "gil": "GIL"}


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in both runs. ``void``: their times say nothing of each other."""

    name: str
    before: str
    after: str
    void: bool = False


def differences(before: Run, after: Run) -> list[Difference]:
    """What differs, void first: machine, Python, versions, services, options, parameters, what was seen."""
    a, b = before.plan, after.plan
    found = [
        *_machine(a, b),
        *_pythons(a, b),
        *_versions(versions(a), versions(b)),
        *_grouped("service", a.services, b.services),
        Difference("mode", a.mode, b.mode),
        Difference("status", a.status, b.status),
        Difference("failed cells", str(len(before.failures)), str(len(after.failures))),
        *_asked(a, b),
        *_grouped("code of", _code(a), _code(b)),
        *_seen(before, after),
    ]
    return sorted((each for each in found if each.before != each.after), key=lambda each: not each.void)


def same_python(a: Interpreter | None, b: Interpreter | None) -> bool:
    """Whether both are one build of one version, started alike; where the files lie is no matter."""
    if a is None or b is None:
        return False
    return _told_apart_by(a, b) == _told_apart_by(b, a)


def _told_apart_by(python: Interpreter, other: Interpreter) -> Interpreter:
    """What may tell it from another: its build where both tell theirs."""
    build = python.build if other.build else ""
    return replace(python, name="", executable="", packages={}, build=build, revision="", compared_with="")


def differences_of(a: Interpreter, b: Interpreter, *, named: bool) -> list[Difference]:
    """What differs between two interpreters of one run; ``named``: the second is told, for there are more."""
    pythons = [] if same_python(a, b) else [Difference("Python", described(a), described(b))]
    found = [*pythons, *_versions(a.packages, b.packages)]
    changed = [each for each in found if each.before != each.after]
    return [replace(each, name=f"{each.name}, {b.name}") for each in changed] if named else changed


def versions(plan: Plan) -> dict[str, str]:
    """Of this package and the clients; where Pythons have different ones, all of them."""
    found = {name: [version] for name, version in plan.versions.items()}
    for python in plan.interpreters:
        for name, version in python.packages.items():
            if version not in found.setdefault(name, []):
                found[name].append(version)
    return {name: ", ".join(several) for name, several in found.items()}


def described(python: Interpreter) -> str:
    """An interpreter in a line."""
    told = [f"{python.implementation} {python.version}"]
    told += ["free-threaded"] * python.free_threaded_build
    told.append(f"GIL {'on' if python.gil else 'off'}")
    told += ["JIT on"] * bool(python.jit)
    told += [f"{name}={value}" for name, value in sorted(python.environment.items())]
    told += [python.build] * bool(python.build)
    return ", ".join(told)


def _machine(a: Plan, b: Plan) -> Iterable[Difference]:
    one, other = a.machine, b.machine
    yield Difference("host", one.host, other.host, void=True)
    yield Difference("processor", one.processor, other.processor, void=True)
    yield Difference("cores", str(one.cores), str(other.cores), void=True)
    yield Difference("cores shown", str(one.cores_shown), str(other.cores_shown))
    yield Difference("system", one.system, other.system)
    yield Difference("memory", _gib(one.memory), _gib(other.memory))


def _gib(size: int | None) -> str:
    return UNKNOWN if size is None else f"{size / 2**30:.2g} GiB"


def _pythons(a: Plan, b: Plan) -> Iterable[Difference]:
    """Of those that are compared; and of several, the names of those that one run alone has."""
    mine = {python.name: python for python in a.interpreters}
    theirs = {python.name: python for python in b.interpreters}
    if len(mine) == len(theirs) == 1:
        pairs = [(*mine.values(), *theirs.values())]
    else:
        pairs = [(mine[name], theirs[name]) for name in mine if name in theirs]
        yield Difference("Pythons", ", ".join(mine), ", ".join(theirs))
    for one, other in pairs:
        if not same_python(one, other):
            yield Difference("Python", described(one), described(other))
        elif one.name != other.name:
            yield Difference("Python", one.name, other.name)


def _versions(a: Mapping[str, str], b: Mapping[str, str]) -> Iterable[Difference]:
    """A client that is there in one run alone may change how another works."""
    for name in dict.fromkeys((*a, *b)):
        yield Difference(name, a.get(name, UNKNOWN), b.get(name, UNKNOWN))


def _asked(a: Plan, b: Plan) -> Iterable[Difference]:
    """Parameters, options and tasks in flight of what both were asked for. They make other cells of them."""
    asked: Sequence[tuple[str, Callable[[Cell], str], Callable[[Cell], str]]] = (
        ("parameters of", lambda cell: cell.workload, lambda cell: _pairs(cell.spec.params)),
        ("options of", _named, lambda cell: _pairs(cell.options)),
        ("in flight,", _named, lambda cell: str(cell.concurrency)),
    )
    for title, of, value in asked:
        yield from _grouped(title, _by(a, of, value), _by(b, of, value))


def _code(plan: Plan) -> dict[str, str]:
    """Digests of the workloads' files, as far as they are known."""
    return {info.label: info.code for info in plan.workloads if info.code}


def _grouped(title: str, a: Mapping[str, str], b: Mapping[str, str]) -> Iterable[Difference]:
    """What both have, a line for all that differ alike."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name in a:
        if name in b and a[name] != b[name]:
            alike.setdefault((a[name], b[name]), []).append(name)
    for values, names in alike.items():
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield Difference(f"{title} {names[0]}{others}", *values)


def _named(cell: Cell) -> str:
    return f"{cell.workload} under {cell.runner}"


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(values.items())) or "none"


def _by(plan: Plan, of: Callable[[Cell], str], value: Callable[[Cell], str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for cell in plan.cells:
        if cell.study == MAIN:
            found.setdefault(of(cell), []).append(value(cell))
    return {name: "; ".join(sorted(set(values))) for name, values in found.items()}


def _seen(before: Run, after: Run) -> Iterable[Difference]:
    """What the cells of the comparison found themselves in, where all of a model or workload agree."""
    for field, title in SEEN.items():
        of = "workload" if field == "client_extension" else "runner"
        yield from _grouped(f"{title} of", _told(before, field, of), _told(after, field, of))


def _told(run: Run, field: str, of: str) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for seen in run.observations:
        cell, value = run.plan.cell[seen.key], _value(seen, field)
        if cell.study == MAIN and value:
            found.setdefault(getattr(cell, of), set()).add(value)
    return {name: ", ".join(sorted(values)) for name, values in found.items()}


def _value(seen: Observation, field: str) -> str:
    value = getattr(seen, field)
    if isinstance(value, bool):
        return ("off", "on")[value] if field == "gil" else ("no", "yes")[value]
    return value or ""
