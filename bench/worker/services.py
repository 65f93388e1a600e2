"""Asking the services what a batch cost them, before and after it."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from bench.records import Scalar, ServiceShare
from bench.worker import procfs


@dataclass(frozen=True)
class Reading:
    """A service's totals. None: it does not tell."""

    cpu_s: float | None
    connections: int | None = None
    peak_in_flight: int | None = None

    def share(self, before: Reading, seconds: float) -> ServiceShare:
        """What it did since ``before``, over ``seconds``."""
        cpu = None if self.cpu_s is None or before.cpu_s is None else (self.cpu_s - before.cpu_s) / seconds
        opened = (
            None
            if self.connections is None or before.connections is None
            else self.connections - before.connections
        )
        return ServiceShare(cpu, self.peak_in_flight, opened)


def read(service: Mapping[str, Scalar]) -> Reading:
    """By the service's control port where it has one (reading starts a new peak), else from /proc."""
    if "control" in service:
        with socket.create_connection(("127.0.0.1", int(service["control"])), timeout=10) as door:
            answer = json.loads(door.makefile().readline())
        return Reading(answer["cpu_s"], answer["connections"], answer["peak_in_flight"])
    if "pid" in service:
        return Reading(procfs.cpu_seconds(int(service["pid"])))
    return Reading(None)
