"""Services and cells for tests with real processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bench.core.cell import Cell, Scalar
from bench.core.observation import Failure, Observation
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.execution.cell import package_links, run_cell
from bench.execution.run import hosts_of
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.watchdog import Watchdog
from bench.planning.options import Options
from bench.worker.request import Request


@dataclass
class Lab:
    """Measures single cells, with embedded services."""

    watchdog: Watchdog
    host: Host
    links: str
    services: Services

    def measure(
        self,
        workload: Workload,
        runner: str,
        *,
        concurrency: int = 2,
        n: int = 4,
        set_up: bool = False,
        window: int = 0,
        timeout: float = 60,
        options: dict[str, Scalar] | None = None,
        procedure: str = "batch",
    ) -> Observation | Failure:
        cell = Cell(
            python=self.host.python.name,
            workload=workload.label(),
            spec=workload.spec(),
            runner=runner,
            concurrency=concurrency,
            n=n,
            options=options or {},
            procedure=procedure,
        )
        addresses = self.services.addresses(workload.services)
        request = Request(0, cell, addresses, window, set_up)
        return run_cell(request, self.host, self.links, self.watchdog, timeout)


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with Watchdog() as watchdog, package_links(watchdog) as links:
        services = Services(starters(watchdog, mongo_uri=None, mongod=None, delay=0.0))
        (host,) = hosts_of(Options(), links)
        yield Lab(watchdog, host, links, services)
        services.close()


@pytest.fixture(scope="session")
def observe(lab: Lab) -> Callable[..., Observation]:
    """Measure a cell that must come out well."""

    def measured(workload: Workload, runner: str, **options: object) -> Observation:
        record = lab.measure(workload, runner, **options)
        if isinstance(record, Failure) and "stalled for" in record.reason:  # a busy machine: once more
            record = lab.measure(workload, runner, **options)
        assert isinstance(record, Observation), record
        return record

    return measured


@pytest.fixture
def fail(lab: Lab) -> Callable[..., Failure]:
    """Measure a cell that must be void."""

    def measured(workload: Workload, runner: str, **options: object) -> Failure:
        record = lab.measure(workload, runner, **options)
        assert isinstance(record, Failure), record
        return record

    return measured
