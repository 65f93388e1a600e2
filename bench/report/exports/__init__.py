"""A run in other tools' formats: one file each, of the format's name, with what ``Format`` asks for.

A new file is found by itself; what begins with an underscore is no format.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:  # it loads pandas, and naming the formats must not
    from bench.analysis.builds import Builds


class Format(Protocol):
    """What the file of a format has."""

    OPENS: str  # in one phrase, what it is for

    def export(self, builds: Builds) -> str:
        """The whole file. Raises UserError where the run has nothing to show in this format."""


def formats() -> list[str]:
    """The names of the formats, in order."""
    files = [module.name for module in pkgutil.iter_modules(__path__)]
    return sorted(name.replace("_", "-") for name in files if not name.startswith("_"))


def find_format(name: str) -> Format:
    """The format of that name. Raises UserError."""
    from bench.core.catalog import unknown

    if name not in formats():
        raise unknown("format", name, formats())
    return cast(Format, importlib.import_module(f"bench.report.exports.{name.replace('-', '_')}"))
