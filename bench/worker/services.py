"""Asking the services what a batch cost them, before and after it."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from bench.core.records import Scalar, ServiceShare
from bench.worker import procfs

STALL, LEAST_STALL_S, MOST_STALL_S = 0.1, 0.25, 0.5
"""A server may stand still for this share of a batch: for the least however short it is, since a busy machine
holds up everyone for a tenth of a second (the report flags that), and for the most however long (seconds)."""


@dataclass(frozen=True)
class Reading:
    """A service's totals. None: it does not tell."""

    cpu_s: float | None
    connections: int | None = None
    peak_in_flight: int | None = None
    refused: int | None = None
    stalled_s: float | None = None

    def share(self, before: Reading, seconds: float) -> ServiceShare:
        """What it did since ``before``, over ``seconds``."""
        cpu = None if self.cpu_s is None or before.cpu_s is None else (self.cpu_s - before.cpu_s) / seconds
        opened = (
            None
            if self.connections is None or before.connections is None
            else self.connections - before.connections
        )
        return ServiceShare(cpu, self.peak_in_flight, opened, self.stalled_s)

    def refusal(self) -> str:
        """That it could let in no more clients; "": it could."""
        return "let in no more clients: it had too many open files, or no memory" if self.refused else ""

    def fault(self, before: Reading, seconds: float) -> str:
        """Why what it answered since ``before``, over ``seconds``, counts for nothing: a server that stands
        still is not a client that is slow. "": it counts."""
        if self.refused != before.refused:
            return self.refusal()
        allowed = min(max(STALL * seconds, LEAST_STALL_S), MOST_STALL_S)
        if self.stalled_s is not None and self.stalled_s > allowed:
            return f"stood still for {self.stalled_s:.2g} s"
        return ""


def read(service: Mapping[str, Scalar], timeout: float = 10) -> Reading:
    """By the service's control port where it has one (reading starts a new peak), else from /proc. Raises
    OSError or ValueError when it does not answer."""
    if "control" in service:
        with socket.create_connection(("127.0.0.1", int(service["control"])), timeout) as door:
            answer = json.loads(door.makefile().readline())
        return Reading(
            answer["cpu_s"],
            answer["connections"],
            answer["peak_in_flight"],
            answer["refused"],
            answer["stalled_s"],
        )
    if "pid" in service:
        return Reading(procfs.cpu_seconds(int(service["pid"])))
    return Reading(None)
