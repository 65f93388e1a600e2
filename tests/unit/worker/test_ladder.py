"""The memory of one that waits: its own and the kernel's."""

from __future__ import annotations

import sys

import pytest

from bench.worker.procedures.ladder import memory_of
from bench.worker.rungs import RUNGS


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_thread_has_memory_in_the_kernel_and_an_asyncio_task_has_none() -> None:
    """A kernel stack alone is 16 KiB on x86-64 and ARM64. The figure is the machine's: others may end threads
    meanwhile."""
    rungs = {rung.name: rung for rung in RUNGS}
    thread, task = memory_of(rungs["a new thread"]), memory_of(rungs["an asyncio task"])
    assert 4 * 1024 < thread["memory"] < 64 * 1024
    assert 8 * 1024 < thread["kernel"] < 64 * 1024
    assert task["kernel"] < 2 * 1024
