"""A run in other tools' formats: one file each, of the format's name, with an ``Export`` in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.core.registry import Registry

if TYPE_CHECKING:  # it loads pandas, and naming the formats must not
    from bench.findings.collect import Findings


@dataclass(frozen=True)
class Export:
    """A format, and what writes a run in it."""

    name: str
    opens: str  # in one phrase, what it is for
    export: Callable[[Findings], str]  # the whole file; raises UserError where the run has nothing for it
    place: int = 100


EXPORTS: Registry[Export] = Registry("format", "bench.report.exports", Export, group="bench.exports")
