"""Request to a worker process, and its reports: the stages it reaches, an observation or a failure."""

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.core.batch import describe
from bench.core.cell import Cell, Scalar
from bench.core.observation import Cause, Observation, Stage


@dataclass(frozen=True)
class Request:
    """A cell to measure, as sent to a worker process."""

    block: int
    cell: Cell
    services: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    window: int = 0  # spans wanted for the timeline
    set_up: bool = False  # fill the services first
    one_model: bool = False  # no other model is measured on its family of workloads


class CellError(Exception):
    """The cell is void: at which stage, and why."""

    def __init__(self, stage: Stage, reason: str, cause: Cause = Cause.ERROR) -> None:
        super().__init__(reason)
        self.stage = stage
        self.cause = cause


class Door:
    """Channel to the parent: the stages as they are reached, then one answer. Closed until opened."""

    descriptor: int | None = None

    def open(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def stage(self, stage: Stage) -> None:
        self._say({"reached": stage})

    def fail(self, error: CellError) -> None:
        self.answer({"failure": {"stage": error.stage, "reason": str(error), "cause": error.cause}})

    def answer(self, answer: object) -> None:
        """Send an answer; only the first counts, since errors while closing are not why a cell is void."""
        self._say(answer)
        self.descriptor = None

    def _say(self, what: object) -> None:
        if self.descriptor is not None:
            with os.fdopen(self.descriptor, "w", closefd=False) as out:
                out.write(json.dumps(what, separators=(",", ":")) + "\n")


DOOR = Door()
"""The channel of this process."""


@contextmanager
def stage(stage: Stage) -> Iterator[None]:
    """Report an exception as a failure at this stage, immediately, since a broken pool may never close."""
    DOOR.stage(stage)
    try:
        yield
    except BaseException as error:
        void = error if isinstance(error, CellError) else void_by(error, stage)
        DOOR.fail(void)
        raise void from error


def void_by(error: BaseException, stage: Stage) -> CellError:
    """CellError of an exception, with the last line of a pool process's own traceback in its reason."""
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
