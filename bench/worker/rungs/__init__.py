"""The rungs of the cost ladder: ways to have a piece of work done, with no work in it.

Each gives ``open``, a context manager that yields a function doing it so many times, and, where one that
waits takes memory, ``hold``, which keeps so many of them alive and yields the processes they live in. What
they run is the builtin ``abs``: a pool process need import nothing for it.
"""

from __future__ import annotations

from bench.worker.rungs.clusters import dask_task
from bench.worker.rungs.interpreters import hold_interpreters, interpreter, interpreter_pool
from bench.worker.rungs.loops import awaiting, call, hold_tasks, task, to_thread
from bench.worker.rungs.processes import hold_processes, process, process_pool
from bench.worker.rungs.rung import Rung
from bench.worker.rungs.threads import hold_threads, thread, thread_pool

__all__ = ["RUNGS", "Rung"]

CHUNK = 64

RUNGS = (
    Rung("a call", "sync", call),
    Rung("await a coroutine", "asyncio", awaiting),
    Rung("an asyncio task", "asyncio", task, hold_tasks, held=5000),
    Rung("asyncio.to_thread", "asyncio", to_thread),
    Rung("thread pool, there and back", "threading", thread_pool),
    Rung("a new thread", "threading", thread, hold_threads, held=100),
    Rung("process pool, chunks of 64", "multiprocessing", lambda: process_pool(CHUNK), at_once=CHUNK),
    Rung("process pool, there and back", "multiprocessing", process_pool),
    *(
        Rung(f"a process by {method}", "multiprocessing", process(method), hold_processes(method), held=4)
        for method in ("fork", "forkserver", "spawn")
    ),
    Rung("a Dask task, there and back", "dask", dask_task),
    Rung("interpreter pool, there and back", "interpreters", interpreter_pool, python=(3, 14)),
    Rung("an interpreter", "interpreters", interpreter, hold_interpreters, held=8, python=(3, 14)),
)
