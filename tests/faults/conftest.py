"""Cells that go wrong, measured as a run measures them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bench.core.cell import Cell, Scalar
from bench.core.observation import Failure, Observation
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.execution.cell import package_links
from bench.execution.ending import living
from bench.execution.run import hosts_of
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.session import Quiet, Session
from bench.execution.watchdog import Watchdog
from bench.planning.options import Options


@dataclass
class Lab:
    """Measures single cells as a run does, on this interpreter, with services of its own."""

    watchdog: Watchdog
    host: Host
    links: str

    def session(
        self, *, mongo_uri: str | None = None, mongod: str | None = None, memory_limit: int | None = None
    ) -> Session:
        services = Services(starters(self.watchdog, mongo_uri=mongo_uri, mongod=mongod, delay=0.0))
        return Session([self.host], Quiet(), self.watchdog, self.links, services, memory_limit)

    def cell(
        self,
        workload: Workload,
        runner: str,
        *,
        concurrency: int = 2,
        n: int = 8,
        options: dict[str, Scalar] | None = None,
    ) -> Cell:
        return Cell(
            self.host.python.name, workload.title(), workload.spec(), runner, concurrency, n, options or {}
        )

    def left_over(self) -> list[int]:
        """Processes of cells that still run."""
        return [process.pid for process in living((), self.watchdog.mark)]


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with Watchdog() as watchdog, package_links(watchdog) as links:
        (host,) = hosts_of(Options(), links)
        yield Lab(watchdog, host, links)


@pytest.fixture
def session(lab: Lab) -> Iterator[Session]:
    session = lab.session()
    yield session
    session.services.close()


Record = Observation | Failure
