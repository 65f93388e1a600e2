"""New processes. ``needs`` is a module that each of them needs ("": none) and that their parent has imported;
``preloaded``: so has the fork server."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import repeat
from typing import Any

from bench.worker.rungs import Doer


@contextmanager
def new(method: str, needs: str, preloaded: bool) -> Iterator[Doer]:
    context = context_of(method, needs, preloaded)
    target: Callable[[Any], Any] = import_module if needs else abs

    def do(n: int) -> None:
        for _ in repeat(None, n):
            each = context.Process(target=target, args=(needs or 1,))
            each.start()
            each.join()

    yield do


@contextmanager
def hold(method: str, needs: str, preloaded: bool, n: int) -> Iterator[list[int]]:
    context = context_of(method, needs, preloaded)
    started, bell = context.Semaphore(0), context.Event()
    processes = [context.Process(target=stand_by, args=(needs, started, bell)) for _ in range(n)]
    for each in processes:
        each.start()
    for _ in processes:
        started.acquire()
    yield [os.getpid(), *(each.pid for each in processes)]
    bell.set()
    for each in processes:
        each.join()


def context_of(method: str, needs: str, preloaded: bool) -> Any:
    """The context of a start method, in a process that has imported what its children need."""
    context: Any = multiprocessing.get_context(method)
    if preloaded:
        context.set_forkserver_preload([needs])
    if needs:
        import_module(needs)
    return context


def stand_by(needs: str, started: Any, bell: Any) -> None:
    """In a process that is held: say that it is up, wait for the end."""
    if needs:
        import_module(needs)
    started.release()
    bell.wait()
