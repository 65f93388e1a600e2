"""What is asked of a worker process, and how it says that a cell is void."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.records import Cell, Observation, Scalar


@dataclass(frozen=True)
class Request:
    """What the session asks of a worker process."""

    block: int
    cell: Cell
    services: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    window: int = 0  # spans wanted for the timeline
    set_up: bool = False  # fill the services first


class CellError(Exception):
    """The cell is void: at which stage, and why."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Whatever is raised within says where it happened."""
    try:
        yield
    except CellError:
        raise
    except Exception as error:
        raise CellError(name, f"{type(error).__name__}: {error}") from error


def observe(request: Request) -> Observation:
    """Measure the cell by the procedure that it names. Raises CellError when it is void."""
    module = importlib.import_module(f"bench.worker.procedures.{request.cell.procedure}")
    observation: Observation = module.observe(request)
    return observation
