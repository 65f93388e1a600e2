"""Counters of the services, read before and after a batch."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields

from bench.core.cell import Scalar
from bench.core.observation import ServiceShare
from bench.worker import procfs

STALL, LEAST_STALL_S, MOST_STALL_S = 0.1, 0.25, 0.5
"""A server may stall for this share of a batch, but for at least the first number of seconds, since a busy
machine delays everyone by a tenth of a second (the report flags that), and for at most the second."""


@dataclass(frozen=True)
class Reading:
    """Counters of a service; None: unknown."""

    cpu_s: float | None
    connections: int | None = None
    peak_in_flight: int | None = None
    refused: int | None = None
    stalled_s: float | None = None

    def share(self, before: Reading, seconds: float) -> ServiceShare:
        """The increase since ``before``, over ``seconds``."""
        cpu = opened = None
        if self.cpu_s is not None and before.cpu_s is not None:
            cpu = (self.cpu_s - before.cpu_s) / seconds
        if self.connections is not None and before.connections is not None:
            opened = self.connections - before.connections
        return ServiceShare(cpu, self.peak_in_flight, opened, self.stalled_s)

    def refusal(self) -> str:
        """Why it refused clients; "": it did not."""
        return "refused clients: it had too many open files, or no memory" if self.refused else ""

    def fault(self, before: Reading, seconds: float) -> str:
        """Why its answers since ``before``, over ``seconds``, are void: it refused clients, or stalled, which
        is not the client's slowness. "": they are not."""
        if self.refused != before.refused:
            return self.refusal()
        allowed = min(max(STALL * seconds, LEAST_STALL_S), MOST_STALL_S)
        if self.stalled_s is not None and self.stalled_s > allowed:
            return f"stalled for {self.stalled_s:.2g} s"
        return ""


def read(service: Mapping[str, Scalar], timeout: float = 10) -> Reading:
    """By the service's control port where it has one (reading starts a new peak), else from /proc. Raises
    OSError or ValueError when it does not answer."""
    if "control" in service:
        with socket.create_connection(("127.0.0.1", int(service["control"])), timeout) as door:
            answer = json.loads(door.makefile().readline())
        return Reading(**{each.name: answer[each.name] for each in fields(Reading)})
    if "pid" in service:
        return Reading(procfs.cpu_seconds(int(service["pid"])))
    return Reading(None)
