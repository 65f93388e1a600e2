"""The rungs of the cost ladder: ways to have a piece of work done, with no work in it. What they run is the
builtin ``abs``: a pool process need import nothing for it."""

from __future__ import annotations

from bench.worker.rungs.rung import Rung

__all__ = ["RUNGS", "Rung"]

CHUNK = 64
NEW = (3, 14)

RUNGS = (
    Rung("a call", "sync", "calls.call"),
    Rung("await a coroutine", "asyncio", "loops.awaiting"),
    Rung("an asyncio task", "asyncio", "loops.task", "loops.hold_tasks", held=5000),
    Rung("asyncio.to_thread", "asyncio", "loops.to_thread"),
    Rung("thread pool, there and back", "threading", "threads.thread_pool"),
    Rung("a new thread", "threading", "threads.thread", "threads.hold_threads", held=100),
    Rung(
        "process pool, chunks of 64", "multiprocessing", "pools.in_chunks", arguments=(CHUNK,), at_once=CHUNK
    ),
    Rung("process pool, there and back", "multiprocessing", "pools.one_by_one"),
    *(
        Rung(f"a process by {by}", "multiprocessing", "processes.new", "processes.hold", (by,), held=4)
        for by in ("fork", "forkserver", "spawn")
    ),
    Rung("a Dask task, there and back", "dask", "clusters.dask_task"),
    Rung("interpreter pool, there and back", "interpreters", "interpreters.pool", python=NEW),
    Rung("an interpreter", "interpreters", "interpreters.new", "interpreters.hold", held=8, python=NEW),
)
