"""What a cluster's scheduler hands to a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

from bench.runners._dask_cluster import local_cluster
from bench.worker.rungs.rung import Doer


@contextmanager
def dask_task() -> Iterator[Doer]:
    with local_cluster(1) as client:

        def do(n: int) -> None:
            for _ in repeat(None, n):
                client.submit(abs, 1, pure=False).result()

        yield do
