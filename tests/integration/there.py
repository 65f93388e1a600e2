"""Workloads of the tests under names that a worker process finds, which sees the folder of links alone."""

from __future__ import annotations

from pathlib import Path

from bench.core.cell import Spec
from tests.integration.broken import Broken
from tests.integration.conftest import Lab
from tests.integration.marks import Marks


class BrokenThere(Broken):
    def spec(self) -> Spec:
        return Spec("broken:Broken", super().spec().params)


class MarksThere(Marks):
    def spec(self) -> Spec:
        return Spec("marks:Marks", super().spec().params)


def link(lab: Lab) -> None:
    """Put their modules where the worker looks."""
    for name in ("broken.py", "marks.py"):
        path = Path(lab.links, name)
        if not path.exists():
            path.symlink_to(Path(__file__).with_name(name))
