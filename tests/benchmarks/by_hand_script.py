"""What anybody would write to time one kind of work under one model, without the harness. Prints seconds per task."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections import deque
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import repeat
from multiprocessing import get_context
from typing import Any

BUFFER = bytes(range(256)) * 4096


def churn(seed: int) -> int:
    x = seed % 106
    for _ in repeat(None, 450_000):
        x = (x * 2 + 1) % 107
    return x


def hashes(i: int) -> str:
    for _ in range(20):
        found = hashlib.sha256(BUFFER)
    return found.hexdigest()


def fetch(client: Any, url: str, i: int) -> int:
    return len(client.get(url).content)


_client: Any = None


def connect(concurrency: int) -> None:
    global _client  # noqa: PLW0603 - each process has its own
    import httpx

    _client = httpx.Client(
        limits=httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    )


def fetch_in_process(url: str, i: int) -> int:
    return fetch(_client, url, i)


def nap(i: int) -> None:
    time.sleep(0.02)


async def main_async(workload: str, concurrency: int, url: str, lasts: float) -> float:
    import httpx

    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    async with httpx.AsyncClient(limits=limits) as client:

        async def task(i: int) -> None:
            if workload == "sleep":
                await asyncio.sleep(0.02)
            elif workload == "http":
                len((await client.get(url)).content)
            elif workload == "cpu-python":
                churn(i)
            else:
                hashes(i)

        async def run(n: int) -> float:
            slots = asyncio.Semaphore(concurrency)

            async def one(i: int) -> None:
                try:
                    await task(i)
                finally:
                    slots.release()

            begin = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for i in range(n):
                    await slots.acquire()
                    group.create_task(one(i))
            return (time.perf_counter() - begin) / n

        each = await run(3 * concurrency)
        return await run(max(round(lasts / each / concurrency), 1) * concurrency)


def main_pool(pool: Executor, task: Any, concurrency: int, lasts: float) -> float:
    def run(n: int) -> float:
        # As map(buffersize=...) of 3.14: a plain map submits all tasks first, which slows down the first of them.
        begin = time.perf_counter()
        ahead = deque(pool.submit(task, i) for i in range(min(2 * concurrency, n)))
        for i in range(len(ahead), n):
            ahead.popleft().result()
            ahead.append(pool.submit(task, i))
        for future in ahead:
            future.result()
        return (time.perf_counter() - begin) / n

    run(3 * concurrency)
    each = run(3 * concurrency)
    return run(max(round(lasts / each / concurrency), 1) * concurrency)


def main_sync(task: Any, lasts: float) -> float:
    def run(n: int) -> float:
        begin = time.perf_counter()
        for i in range(n):
            task(i)
        return (time.perf_counter() - begin) / n

    each = run(3)
    return run(max(round(lasts / each), 1))


def main(workload: str, model: str, concurrency: int, url: str, lasts: float) -> float:
    if model == "asyncio":
        return asyncio.run(main_async(workload, concurrency, url, lasts))
    of_sync = {"sleep": nap, "cpu-python": churn, "cpu-native": hashes}
    if model == "multiprocessing":
        task = partial(fetch_in_process, url) if workload == "http" else of_sync[workload]
        start: dict[str, Any] = (
            {"initializer": connect, "initargs": (concurrency,)} if workload == "http" else {}
        )
        with ProcessPoolExecutor(concurrency, mp_context=get_context("fork"), **start) as processes:
            return main_pool(processes, task, concurrency, lasts)
    if workload == "http":
        connect(concurrency)
    task = partial(fetch, _client, url) if workload == "http" else of_sync[workload]
    if model == "sync":
        return main_sync(task, lasts)
    with ThreadPoolExecutor(concurrency) as threads:
        return main_pool(threads, task, concurrency, lasts)


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], float(sys.argv[5])))
