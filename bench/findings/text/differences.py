"""What differs between two runs or builds, in words."""

from __future__ import annotations

from typing import Any

from bench.analysis.differences import OTHER_CELLS, Aspect, Difference
from bench.core.records import Interpreter
from bench.core.wording import listed
from bench.findings.text.figures import UNKNOWN

PLAIN = {Aspect.VERSION: "", Aspect.SERVICE: "service ", Aspect.CONCURRENCY: "in flight, "}


def title(difference: Difference) -> str:
    """What it is that differs: "start method of sync and 3 more"."""
    said = difference.aspect.value
    if difference.names:
        said = PLAIN.get(difference.aspect, f"{said} of ") + listed(difference.names, 1)
    return f"{said}, {difference.python}" if difference.python else said


def sides_of(difference: Difference) -> tuple[str, str]:
    """What it is in A, and what in B."""
    return _told(difference.aspect, difference.before), _told(difference.aspect, difference.after)


def _told(aspect: Aspect, value: Any) -> str:
    if isinstance(value, frozenset):
        mark = "; " if aspect in OTHER_CELLS else ", "
        return mark.join(sorted(_told(aspect, each) for each in value))
    if isinstance(value, tuple):
        return (
            ", ".join(each if isinstance(each, str) else f"{each[0]}={each[1]}" for each in value) or "none"
        )
    if isinstance(value, bool):
        return {Aspect.GIL: ("off", "on")}.get(aspect, ("no", "yes"))[value]
    if isinstance(value, Interpreter):
        return interpreter(value)
    if value is None:
        return UNKNOWN
    return f"{value / 2**30:.2g} GiB" if aspect is Aspect.MEMORY else str(value)


def interpreter(python: Interpreter) -> str:
    """An interpreter in a line."""
    told = [f"{python.implementation} {python.version}"]
    told += ["free-threaded build"] * python.free_threaded_build
    told.append(f"GIL {'on' if python.gil else 'off'}")
    told += [f"JIT {'on' if python.jit else 'off'}"] * (python.jit is not None)
    told += [f"{name}={value}" for name, value in sorted(python.environment.items())]
    told += [python.build] * bool(python.build)
    return ", ".join(told)
