"""How pool processes start."""

import multiprocessing
from collections.abc import Sequence
from typing import Any


def start_context(method: str, preloaded: Sequence[str]) -> Any:
    """The multiprocessing context of a start method as Python has it, or, where none is named, the same on
    every version of Python: a fork server that imports ``preloaded`` once, for all processes that it starts;
    spawn where there is none."""
    if method:
        return multiprocessing.get_context(method)
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preloaded))
    return context
