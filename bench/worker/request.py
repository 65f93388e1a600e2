"""What is asked of a worker process, and how it says how far it has come and that a cell is void."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.core.batch import describe
from bench.core.records import Cause, Cell, Observation, Scalar, Stage


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

    def __init__(self, stage: Stage, reason: str, cause: Cause = Cause.ERROR) -> None:
        super().__init__(reason)
        self.stage = stage
        self.cause = cause


class Door:
    """To whoever asked: the stages as they come, then one answer. Shut until it is opened."""

    descriptor: int | None = None

    def open(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def stage(self, stage: Stage) -> None:
        self._say({"reached": stage})

    def fail(self, error: CellError) -> None:
        self.answer({"failure": {"stage": error.stage, "reason": str(error), "cause": error.cause}})

    def answer(self, answer: object) -> None:
        """The first counts: what goes wrong later, as all is closed, is not why the cell is void."""
        self._say(answer)
        self.descriptor = None

    def _say(self, what: object) -> None:
        if self.descriptor is not None:
            with os.fdopen(self.descriptor, "w", closefd=False) as out:
                out.write(json.dumps(what, separators=(",", ":")) + "\n")


DOOR = Door()
"""Of this process."""


@contextmanager
def stage(stage: Stage) -> Iterator[None]:
    """Whatever is raised within says where it happened; at once, since what is broken may never close."""
    DOOR.stage(stage)
    try:
        yield
    except BaseException as error:
        void = error if isinstance(error, CellError) else void_by(error, stage)
        DOOR.fail(void)
        raise void from error


def void_by(error: BaseException, stage: Stage) -> CellError:
    """A cell made void by an exception; where a pool process told its own, the reason has that, too."""
    failed, remote = describe(error), error.__cause__
    said = failed.reason
    if type(remote).__name__ == "_RemoteTraceback":
        told = str(remote).removesuffix('"""').removesuffix("'''").splitlines() or [""]
        said = said if told[-1] in said else f"{said} ({told[-1]})"
    return CellError(stage, said, failed.cause)


def observe(request: Request) -> Observation:
    """Measure the cell by the procedure that it names. Raises CellError when it is void."""
    module = importlib.import_module(f"bench.worker.procedures.{request.cell.procedure}")
    observation: Observation = module.observe(request)
    return observation
