"""What differs between two runs beside their times, and what of it makes a comparison void."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bench.core.cell import MAIN, Cell
from bench.core.grouping import grouped
from bench.core.run import Interpreter, Machine, Plan, Run


class Aspect(StrEnum):
    """Something that can differ."""

    HOST = "host"
    PROCESSOR = "processor"
    CORES = "cores"
    CORES_SHOWN = "cores shown"
    SYSTEM = "system"
    MEMORY = "memory"
    PYTHONS = "Pythons"  # which of several were measured
    PYTHON = "Python"
    VERSION = "version"  # of this package and the clients
    SERVICE = "service"
    ENVIRONMENT = "variable"  # of measured processes; "": not set
    MODE = "mode"
    STATUS = "status"
    FAILURES = "failed cells"
    PARAMETERS = "parameters"
    OPTIONS = "options"
    CONCURRENCY = "in flight"
    CODE = "code"
    EXTENSION = "C extension"
    START_METHOD = "start method"
    LOOP = "event loop"
    GIL = "GIL"


VOID = frozenset({Aspect.HOST, Aspect.PROCESSOR, Aspect.CORES})  # of different machines
OTHER_CELLS = frozenset({Aspect.PYTHONS, Aspect.PARAMETERS, Aspect.OPTIONS, Aspect.CONCURRENCY})
OF_MACHINE = {
    Aspect.HOST: "host",
    Aspect.CORES: "cores",
    Aspect.CORES_SHOWN: "cores_shown",
    Aspect.SYSTEM: "system",
    Aspect.MEMORY: "memory",
}
OF_CELLS = (Aspect.PARAMETERS, Aspect.OPTIONS, Aspect.CONCURRENCY)
SEEN = {
    Aspect.EXTENSION: "client_extension",
    Aspect.START_METHOD: "start_method",
    Aspect.LOOP: "loop",
    Aspect.GIL: "gil",
}


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in both runs; None: it is not known, or not there."""

    aspect: Aspect
    before: Any
    after: Any
    names: tuple[str, ...] = ()  # of packages, services, cells ...: what all differ alike
    python: str = ""  # the build, where there are several

    @property
    def void(self) -> bool:
        """Whether their times say nothing of each other."""
        return self.aspect in VOID


def differences(before: Run, after: Run) -> list[Difference]:
    """What differs, void first: machine, Python, versions, services, options, parameters, what was seen."""
    a, b = before.plan, after.plan
    one, other = a.machine, b.machine
    found = [
        *(
            Difference(aspect, getattr(one, field), getattr(other, field))
            for aspect, field in OF_MACHINE.items()
        ),
        _processor(one, other),
        *_pythons(a, b),
        *_versions(versions(a), versions(b)),
        *_alike(Aspect.SERVICE, a.services, b.services),
        *_variables(a.environment, b.environment),
        Difference(Aspect.MODE, a.mode, b.mode),
        Difference(Aspect.STATUS, a.status, b.status),
        Difference(Aspect.FAILURES, len(before.failures), len(after.failures)),
        *(each for aspect in OF_CELLS for each in _alike(aspect, _asked(a, aspect), _asked(b, aspect))),
        *_alike(Aspect.CODE, _code(a), _code(b)),
        *(each for aspect in SEEN for each in _alike(aspect, _seen(before, aspect), _seen(after, aspect))),
    ]
    return sorted((each for each in found if each.before != each.after), key=lambda each: not each.void)


def _processor(a: Machine, b: Machine) -> Difference:
    """By maker, model, stepping and cache where both runs know them: one marketing name stands for several
    processors, and one processor may have several names."""
    if a.processor_id and b.processor_id:
        if a.processor_id == b.processor_id:
            return Difference(Aspect.PROCESSOR, a.processor_id, b.processor_id)
        one, other = (f"{each.processor} ({each.processor_id})" for each in (a, b))
        return Difference(Aspect.PROCESSOR, one, other)
    return Difference(Aspect.PROCESSOR, a.processor, b.processor)


def differences_of(a: Interpreter, b: Interpreter, *, named: bool) -> list[Difference]:
    """What differs between two interpreters of one run; ``named``: the second is told, for there are more."""
    pythons = [] if same_python(a, b) else [Difference(Aspect.PYTHON, a, b)]
    found = [*pythons, *_versions(a.packages, b.packages)]
    return [replace(each, python=b.name if named else "") for each in found if each.before != each.after]


def same_python(a: Interpreter | None, b: Interpreter | None) -> bool:
    """Whether both are one build of one version, started alike; where the files lie is no matter."""
    if a is None or b is None:
        return False
    return _told_apart_by(a, b) == _told_apart_by(b, a)


def _told_apart_by(python: Interpreter, other: Interpreter) -> Interpreter:
    """What may tell it from another: its build where both tell theirs."""
    build = python.build if other.build else ""
    return replace(python, name="", executable="", packages={}, build=build, revision="", compared_with="")


def versions(plan: Plan) -> dict[str, str]:
    """Of this package and the clients; where Pythons have different ones, all of them."""
    found = {name: [version] for name, version in plan.versions.items()}
    for python in plan.interpreters:
        for name, version in python.packages.items():
            if version not in found.setdefault(name, []):
                found[name].append(version)
    return {name: ", ".join(several) for name, several in found.items()}


def _pythons(a: Plan, b: Plan) -> Iterable[Difference]:
    """Of those that are compared; and of several, the names of those that one run alone has."""
    mine = {python.name: python for python in a.interpreters}
    theirs = {python.name: python for python in b.interpreters}
    if len(mine) == len(theirs) == 1:
        pairs = [(*mine.values(), *theirs.values())]
    else:
        pairs = [(mine[name], theirs[name]) for name in mine if name in theirs]
        yield Difference(Aspect.PYTHONS, tuple(mine), tuple(theirs))
    for one, other in pairs:
        if not same_python(one, other):
            yield Difference(Aspect.PYTHON, one, other)
        elif one.name != other.name:
            yield Difference(Aspect.PYTHON, one.name, other.name)


def _versions(a: Mapping[str, str], b: Mapping[str, str]) -> Iterable[Difference]:
    """A client that is there in one run alone may change how another works."""
    for name in dict.fromkeys((*a, *b)):
        yield Difference(Aspect.VERSION, a.get(name), b.get(name), (name,))


def _variables(a: Mapping[str, str] | None, b: Mapping[str, str] | None) -> Iterable[Difference]:
    """None: of a run that did not record them."""
    for name in sorted({*(a or ()), *(b or ())}):
        before, after = (None if each is None else each.get(name, "") for each in (a, b))
        yield Difference(Aspect.ENVIRONMENT, before, after, (name,))


def _asked(plan: Plan, aspect: Aspect) -> dict[str, frozenset[Any]]:
    """Parameters by workload, options and tasks in flight by cell: they make other cells of them."""
    cells = [cell for cell in plan.cells if cell.study == MAIN]
    if aspect is Aspect.PARAMETERS:
        return _sets((cell.workload, tuple(sorted(cell.spec.params.items()))) for cell in cells)
    if aspect is Aspect.OPTIONS:
        return _sets((_named(cell), tuple(sorted(cell.options.items()))) for cell in cells)
    return _sets((_named(cell), cell.concurrency) for cell in cells)


def _code(plan: Plan) -> dict[str, str]:
    """Digests of the workloads' files, as far as they are known."""
    return {info.label: info.code for info in plan.workloads if info.code}


def _alike(aspect: Aspect, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterable[Difference]:
    """What both have, one difference for all that differ alike."""
    changed = [name for name in a if name in b and a[name] != b[name]]
    for (before, after), names in grouped(changed, lambda name: (a[name], b[name])).items():
        yield Difference(aspect, before, after, tuple(names))


def _named(cell: Cell) -> str:
    return f"{cell.workload} under {cell.runner}"


def _seen(run: Run, aspect: Aspect) -> dict[str, frozenset[Any]]:
    """What the cells of the comparison found themselves in, by model or workload."""
    of = "workload" if aspect is Aspect.EXTENSION else "runner"
    cells = ((run.plan.cell[seen.key], getattr(seen, SEEN[aspect])) for seen in run.observations)
    return _sets(
        (getattr(cell, of), value) for cell, value in cells if cell.study == MAIN and value not in (None, "")
    )


def _sets(pairs: Iterable[tuple[str, Any]]) -> dict[str, frozenset[Any]]:
    """The values of each name."""
    named = grouped(pairs, lambda pair: pair[0])
    return {name: frozenset(value for _, value in same) for name, same in named.items()}
