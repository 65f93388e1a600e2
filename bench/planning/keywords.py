"""The options of a caller in Python, as keywords of ``bench.run``."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from bench.core.registry import unknown
from bench.planning.options import RULES, Options


def options_of(given: Mapping[str, Any]) -> Options:
    """The options of these names, as a caller in Python gives them: one value or several where there may be
    several, paths, and ``params`` as a mapping. Raises UserError for a name that is no option's."""
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
    return Options(**values)


def _several(given: Any) -> tuple[Any, ...]:
    """One value or several; paths as text."""
    alone = given is None or isinstance(given, str | os.PathLike) or not isinstance(given, Iterable)
    values = () if given is None else [given] if alone else given
    return tuple(os.fspath(each) if isinstance(each, os.PathLike) else each for each in values)
