"""What one process measures, by names that any process can build it from, and the names of studies.

Standard library only, and little of it: every measured process imports this module before it does anything.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property

Scalar = str | int | float | bool

MAIN = "main"  # the study of the comparison's cells; the other studies have modules of their names
A_A = "A/A"  # of the second copy of a cell: the same measured twice, which shows the noise
CALIBRATION = "calibration"  # of the cell that measures the machine's speed and its effective cores
PILOT = "pilot"  # of what is tried before there is a plan, and not saved
NULL = "null"  # the workload, and its family, without work: what is left is the cost of dispatch


@dataclass(frozen=True)
class Spec:
    """Names a workload, so that any process can build it: the object itself never crosses."""

    target: str  # "workloads.http_fetch:Httpx"
    params: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """What one process measures. ``study`` says which question it serves."""

    python: str
    workload: str  # the label shown: "http[aiohttp]"
    spec: Spec
    runner: str
    concurrency: int
    n: int
    options: dict[str, Scalar] = field(default_factory=dict)  # of the runner or the procedure
    study: str = MAIN
    procedure: str = "batch"  # how it is measured: a module of worker.procedures

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def key(self) -> str:
        """The cell's identity: a hash of all of it."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
