"""The MongoDB workloads against a real server: the same answers as from the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.core.observation import Observation
from bench.environment.mongo_client import client_of
from bench.execution.cell import package_links
from bench.execution.run import hosts_of
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.watchdog import Watchdog
from bench.planning.options import Options
from tests.integration.conftest import Lab
from tests.mongods import installed_mongod
from workloads.mongo import Motor, Pymongo, PymongoAsync, Queries

PAIRS = [
    (Pymongo, "sync"),
    (Pymongo, "threading"),
    (Pymongo, "multiprocessing"),
    (PymongoAsync, "asyncio"),
    (Motor, "asyncio"),
]


@pytest.fixture(scope="module")
def binary() -> str:
    return installed_mongod()


@pytest.fixture(scope="module")
def real(binary: str) -> Iterator[Lab]:
    """A lab whose MongoDB is a mongod that holds each find for 20 ms."""
    with Watchdog() as watchdog, package_links(watchdog) as links:
        services = Services(starters(watchdog, mongo_uri=None, mongod=binary, delay=0.02))
        yield Lab(watchdog, *hosts_of(Options(), links), links, services)
        services.close()


@pytest.mark.parametrize(("kind", "runner"), PAIRS)
def test_a_real_server_gives_the_same_answers(real: Lab, lab: Lab, kind: type[Queries], runner: str) -> None:
    digests = []
    for where in (real, lab):
        record = where.measure(kind(delay=0.02), runner, concurrency=8, n=48, set_up=True)
        assert isinstance(record, Observation), record
        digests.append(record.digest)
    assert digests[0] == digests[1]


def test_the_fail_point_waits_and_the_waits_overlap(real: Lab) -> None:
    sync = real.measure(Pymongo(delay=0.02), "sync", concurrency=1, n=8, set_up=True)
    threads = real.measure(Pymongo(delay=0.02), "threading", concurrency=8, n=64)
    assert isinstance(sync, Observation)
    assert isinstance(threads, Observation)
    assert sync.wall_s / 8 >= 0.02
    assert (sync.wall_s / 8) / (threads.wall_s / 64) > 3
    assert threads.services["mongo"].cpu_share is not None


def test_a_given_server_is_left_as_it_was(real: Lab) -> None:
    uri = str(real.services.addresses(("mongo",))["mongo"]["uri"])

    def databases() -> set[str]:
        with client_of(uri) as client:
            return set(client.list_database_names())

    with client_of(uri) as client:
        client["mine"]["things"].insert_one({"precious": True})
    before = databases()
    with Watchdog() as watchdog, package_links(watchdog) as links:
        services = Services(starters(watchdog, mongo_uri=uri, mongod=None, delay=0.0))
        record: Any = Lab(watchdog, real.host, links, services).measure(
            Pymongo(delay=0.0), "sync", concurrency=1, set_up=True
        )
        assert isinstance(record, Observation), record
        assert databases() - before
        services.close()
    assert databases() == before
