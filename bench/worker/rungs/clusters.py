"""Tasks that a cluster's scheduler sends to a worker."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.runners._dask_cluster import local_cluster
from bench.worker.rungs import Doer, round_trips


@contextmanager
def dask_task() -> Iterator[Doer]:
    with local_cluster(1) as client:
        yield round_trips(client.submit, pure=False)
