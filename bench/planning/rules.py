"""The rules of options: how each is written, and which values it takes."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

from bench.core.errors import UserError
from bench.core.registry import unknown

LONGEST_BUDGET_S = 31 * 86_400.0
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Rule:
    """How an option is written on the command line, and what its value may be."""

    flags: tuple[str, ...]  # none: it is the command's argument
    help: str
    kind: type = str  # by the field's annotation
    minimum: float = -math.inf
    maximum: float = math.inf
    metavar: str | None = None
    read: Callable[[str], Any] | None = None  # text to value; raises UserError
    write: Callable[[Any], str] = str
    modes: Mapping[str, str] = field(default_factory=dict)  # a flag for each value, with its help
    several: bool = False  # by the field's default
    setting: bool = False  # can be set once, see ``bench.planning.settings``
    is_path: Callable[[Any], bool] = lambda value: False  # whether a value of it leads to a file

    @property
    def key(self) -> str:
        """Its name in ``[tool.bench]``."""
        return self.flags[0].removeprefix("--")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"BENCH_{self.key.replace('-', '_').upper()}"

    def words(self, given: Any) -> list[str]:
        """The option with that value, as they are typed."""
        if self.modes:
            return [f"--{given}"]
        if self.kind is bool:
            return [self.flags[0]]
        flag = [min(self.flags, key=len)] if self.flags else []
        values = given if self.several else [given]
        return [word for value in values for word in (*flag, self.write(value))]


def option(flags: str, help: str, default: Any = None, **rule: Any) -> Any:
    """A field that is an option of the command line; ``flags``: "--tasks -n"."""
    return field(default=default, metadata={"rule": Rule(tuple(flags.split()), help, **rule)})


def read_seconds(text: str) -> float:
    """A time such as 90, 90s, 10m or 1h, in seconds. Raises UserError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if not match or not float(match[1]):
        raise UserError(f"--budget {text!r} is not a time: write it as 90s, 10m or 1h.")
    found = float(match[1]) * SECONDS[match[2]]
    if found > LONGEST_BUDGET_S:
        raise UserError(f"--budget {text[:40]!r} is longer than a month: write it as 90s, 10m or 1h.")
    return found


def read_size(text: str) -> int:
    """A size such as 500M, 2G or 1.5GiB, in bytes. Raises UserError."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d+)?)([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if not match or not float(match[1]):
        raise UserError(f"--memory-limit {text[:40]!r} is not a size (try 500M).")
    return int(float(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " "))


def read_share(text: str, flag: str = "--threshold") -> float:
    """ "5%", "5 %" or "0.05" as a share. Raises UserError."""
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)", text.strip(), re.ASCII)
    share = float(match[1]) / (100 if match[2] else 1) if match else math.nan
    if not match or not math.isfinite(share):
        raise UserError(f"{flag} {text[:40]!r} is not a percentage: write it as 5% or 0.05.")
    if share >= 1 and not match[2]:
        raise UserError(f"{flag} {text[:40]!r}: write {text.strip()[:20]}%, or a share such as 0.05.")
    return share


def kind_of(annotation: str) -> type:
    """The type of the values of a field annotated so, for instance int for "tuple[int, ...]"."""
    return next((kind for kind in (int, float, bool) if kind.__name__ in annotation), str)


def require(name: str, rule: Rule, value: Any) -> None:
    """Raise UserError unless the value is of the rule's kind and within its bounds."""
    if rule.modes:
        if value not in ("default", *rule.modes):
            raise unknown(name, str(value), ["default", *rule.modes])
    elif rule.kind is bool:
        return
    elif rule.kind is str:
        if not isinstance(value, str):
            raise UserError(f"{name}: {value!r} is not a name: give a string.")
    else:
        noun = "a whole number" if rule.kind is int else "a number"
        fits = isinstance(value, Integral if rule.kind is int else Real) and not isinstance(value, bool)
        if not fits or not rule.minimum <= value <= rule.maximum:
            raise UserError(
                f"{name}={value!r}: it must be {noun} between {rule.minimum:,} and {rule.maximum:,}."
            )
