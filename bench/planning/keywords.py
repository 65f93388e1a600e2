"""The options of a caller in Python, as keywords of ``bench.run``."""

import dataclasses
import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.core.catalog import WORKLOADS
from bench.core.errors import UserError
from bench.core.registry import unknown
from bench.core.workload import Workload
from bench.planning.options import RULES, Options
from bench.planning.typed_code import TYPED, text_of

NOTEBOOK = "notebook"  # the folder beside the runs that has the classes of notebooks


def options_of(given: Mapping[str, Any]) -> Options:
    """The options of these names, as a caller in Python gives them: one value or several where there may be
    several, paths, workloads as classes or an instance, and ``params`` as a mapping. Raises UserError for a
    name that is no option's, and for a class that other processes cannot load."""
    values = dict(given)
    for name, value in given.items():
        if name not in RULES:
            raise unknown("option", name, RULES)
        if name == "params" and isinstance(value, Mapping):
            values[name] = tuple(f"{parameter}={setting}" for parameter, setting in value.items())
        elif RULES[name].several:
            values[name] = _several(value)
        elif isinstance(value, os.PathLike):
            values[name] = os.fspath(value)
    chosen = values.get("workloads", ())
    values["workloads"] = tuple(_named(each, values.get("out")) for each in chosen)
    if changed := [params for each in chosen if isinstance(each, Workload) and (params := _changed(each))]:
        if len(chosen) > 1 or values.get("params"):
            raise UserError(
                "workloads: the parameters of an instance would apply to all workloads: give one instance"
                " alone, or classes and params."
            )
        values["params"] = changed[0]
    return Options(**values)


def _several(given: Any) -> tuple[Any, ...]:
    """One value or several; paths as text."""
    alone = given is None or isinstance(given, str | os.PathLike) or not isinstance(given, Iterable)
    values = () if given is None else [given] if alone else given
    return tuple(os.fspath(each) if isinstance(each, os.PathLike) else each for each in values)


def _changed(workload: Workload) -> tuple[str, ...]:
    """The parameters that are not the defaults, as ``-p`` has them."""
    values = ((field, getattr(workload, field.name)) for field in dataclasses.fields(workload))  # type: ignore[arg-type]  # a dataclass
    return tuple(f"{field.name}={value}" for field, value in values if value != field.default)


def _named(workload: Any, out: str | None) -> Any:
    """A workload's class, or that of an instance, as ``-w`` names it; a name stays. Raises UserError."""
    kind = type(workload) if isinstance(workload, Workload) else workload
    if not isinstance(kind, type):
        return workload
    WORKLOADS.entry(kind, kind.__qualname__)
    if kind in WORKLOADS.all:
        return kind.label()
    if kind.__qualname__ != kind.__name__:
        raise UserError(f"{kind.__qualname__} is nested: define it at the top level.")
    file = getattr(sys.modules[kind.__module__], "__file__", None)
    return f"{os.path.abspath(file or _written(kind, Options(out=out)))}:{kind.__name__}"


def _written(kind: type[Workload], options: Options) -> Path:
    """The file that has a notebook's class; it stays, so that the run can be resumed and made again."""
    if kind.__module__ != TYPED:
        raise UserError(
            f"{kind.__module__} has no file for other processes to load: write {kind.__name__} in one."
        )
    text = text_of(kind)
    folder = options.with_settings().folder / NOTEBOOK
    path = folder / f"{kind.__name__}_{hashlib.sha256(text.encode()).hexdigest()[:8]}.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"Cannot write to {folder}: {error.strerror}; name another folder with out."
        ) from None
    return path
