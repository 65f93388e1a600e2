"""HTTP clients: the same fetch by each, under asyncio."""

from collections.abc import Sequence

from bench.core.workload import Workload
from bench.planning.study import CellRequest, Study, StudyScope
from workloads.http_clients import Httpx2, Niquests, Pyreqwest
from workloads.http_fetch import Aiohttp, Httpx

CLIENTS: Sequence[Workload] = (Httpx(), Httpx2(), Niquests(), Aiohttp(), Pyreqwest())
# Tasks in flight, and the least full windows of them: one takes 20 ms or more, and some clients need ten
# times as long for 100 tasks.
CONCURRENCIES = {1: 16, 16: 16, 100: 4}
LONGEST_S = 12.0  # of a cell


class Clients(Study):
    name = "clients"
    title = "HTTP clients"
    question = "httpx, aiohttp or another: which client does the most, and with how little CPU?"
    place = 45
    how = """
        The same HTTP fetch with each installed client, under asyncio: the server answers after 20
        ms, over connections that are opened before the batch. Each client is opened once, with a
        pool of as many connections as there are tasks in flight, without proxies and without a
        certificate store. The delay limits throughput to the tasks in flight / 20 ms, so the server
        is not the bottleneck. How close a client comes to that limit depends on its own CPU time,
        since an event loop is one thread: a client that takes 1 ms of CPU per request can do no
        more than 1,000 requests a second. CPU per request is that of the whole process, including
        the loop and the check of the answer; pyreqwest does its networking in a second thread,
        which counts too. Ratios are paired within blocks.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        runner = scope.runner("asyncio")
        if runner is None:
            return []
        return [
            CellRequest(
                client,
                runner,
                concurrency,
                waves=waves,
                pilot_concurrency=max(CONCURRENCIES),
                longest_s=LONGEST_S,
            )
            for client in CLIENTS
            for concurrency, waves in CONCURRENCIES.items()
        ]
