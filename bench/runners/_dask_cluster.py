"""Dask clusters: one that is started on this machine, or an existing one."""

from __future__ import annotations

import importlib
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bench.core.errors import ClusterError
from bench.core.runner import Job
from bench.core.scratch import SCRATCH

if TYPE_CHECKING:
    from distributed import Client

ANSWERS_WITHIN_S = 5.0


@contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """Start a cluster of so many processes with one thread each, on loopback and without dashboards, and a
    client of it; both end on leaving. The processes stay in this one's group."""
    from distributed import Client, LocalCluster  # takes as long to load as all the rest

    with (
        tempfile.TemporaryDirectory(prefix="bench-dask-", dir=os.environ.get(SCRATCH)) as folder,
        LocalCluster(
            workers,
            threads_per_worker=1,
            host="127.0.0.1",
            memory_limit=None,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # else port 8787, which may be another's
            local_directory=folder,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def joined_cluster(scheduler: str, job: Job) -> Iterator[Client]:
    """Join the cluster of that scheduler as a client, if its workers have what the job needs.

    Raises ClusterError where nothing answers or a worker lacks something.
    """
    from distributed import Client  # as above

    if not speaks(scheduler):
        raise ClusterError(f"no Dask scheduler answers at {scheduler}")
    with Client(scheduler, timeout=ANSWERS_WITHIN_S) as client:
        try:
            client.wait_for_workers(1, ANSWERS_WITHIN_S)
        except TimeoutError:
            raise ClusterError(f"the Dask scheduler at {scheduler} has no worker") from None
        require_versions(client)
        needed = ("bench", "workloads", "distributed")
        told = versions()
        here = told(needed)
        fit("the scheduler", client.run_on_scheduler(told, needed), here)
        modules = (*needed, *job.load().requires)
        here = told(modules)
        for at, there in client.run(told, modules).items():
            fit(f"the worker at {at}", there, here)
        yield client


def require_versions(client: Client) -> None:
    """Raise ClusterError unless all run this version of Python, to the second number, and of Dask: the client
    asks for them itself, before any code is sent, which another version might not read."""
    found: dict[str, Any] = client.get_versions()
    here = told_versions(found["client"])
    for who, there in [
        ("the scheduler", found["scheduler"]),
        *((f"the worker at {at}", worker) for at, worker in found["workers"].items()),
    ]:
        fit(who, told_versions(there), here)


def told_versions(told: Mapping[str, Any]) -> dict[str, str]:
    """Of one side's answer: the versions of Python and of what reads the code that is sent."""
    python = ".".join(str(told["host"]["python"]).split(".")[:2])
    packages = {name: str(told["packages"][name]) for name in ("distributed", "cloudpickle")}
    return {"Python": python, **packages}


def speaks(scheduler: str) -> bool:
    """Whether what listens at tcp://host:port speaks first, as a scheduler does: Dask's client would wait
    for ever for one that says nothing."""
    host, _, port = scheduler.removeprefix("tcp://").rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), ANSWERS_WITHIN_S) as door:
            return bool(door.recv(1))
    except (OSError, OverflowError):
        return False


def versions() -> Callable[[Sequence[str]], dict[str, str]]:
    """A function that tells the versions of Python and of modules. One within a function is sent as code, not
    by its name: the other side may have no ``bench``."""

    def told(modules: Sequence[str]) -> dict[str, str]:
        found = {"Python": f"{sys.version_info[0]}.{sys.version_info[1]}{sys.abiflags}"}
        for name in modules:
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError:
                continue
            found[name] = str(getattr(module, "__version__", None) or getattr(module, "version", ""))
        return found

    return told


def fit(who: str, there: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Raises ClusterError unless everything that is here is there, in the same version."""
    for name, version in here.items():
        if name not in there:
            ours = name in ("bench", "workloads")
            get = "set its PYTHONPATH to a folder that holds bench and workloads" if ours else "install it"
            raise ClusterError(f"{who} has no module {name}: {get}")
        if there[name] != version:
            raise ClusterError(f"{who} has {name} {there[name]}, and not {version} as here")
