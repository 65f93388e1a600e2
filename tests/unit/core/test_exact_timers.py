"""Timers for arrivals and for delays are exact, where an event loop's own round up."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

import pytest

from bench.core.exact_sleep import asyncio_sleep, trio_sleep
from bench.execution.services.exact_loop import exact_loop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loop's own timers are exact")

MOMENTS = [0.0011 + 0.0001 * i for i in range(10)]  # whole milliseconds and what lies between
ATTEMPTS = 5


async def overshoot(sleep: Callable[[float], Awaitable[object]]) -> float:
    """By how much the median sleep is too long, in seconds. None is too short."""
    late = []
    for seconds in MOMENTS:
        begin = time.perf_counter()
        await sleep(seconds)
        late.append(time.perf_counter() - begin - seconds)
    assert min(late) > -1e-5  # ten microseconds for the two clocks
    return median(late)


def far_smaller(measure: Callable[[], tuple[float, float]]) -> bool:
    """Whether the first is less than half the second, at the best of some attempts on a busy machine."""
    return any(exact < rounded / 2 for exact, rounded in (measure() for _ in range(ATTEMPTS)))


def test_on_an_asyncio_loop() -> None:
    def measure() -> tuple[float, float]:
        return asyncio.run(overshoot(asyncio_sleep)), asyncio.run(overshoot(asyncio.sleep))

    assert far_smaller(measure)


def test_on_a_loop_of_trio() -> None:
    trio = pytest.importorskip("trio", reason="trio is not installed")
    assert far_smaller(lambda: (trio.run(overshoot, trio_sleep), trio.run(overshoot, trio.sleep)))


def test_no_descriptor_is_left_open() -> None:
    import os

    async def many() -> None:
        await asyncio.gather(*(asyncio_sleep(0.001) for _ in range(20)))

    before = len(os.listdir("/proc/self/fd"))
    asyncio.run(many())
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_sleep_that_is_cancelled_is_over() -> None:
    async def cancel() -> None:
        task = asyncio.create_task(asyncio_sleep(60))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())


def test_the_loop_of_the_services() -> None:
    def measure() -> tuple[float, float]:
        with asyncio.Runner(loop_factory=exact_loop) as runner:
            exact = runner.run(overshoot(asyncio.sleep))
        return exact, asyncio.run(overshoot(asyncio.sleep))

    assert far_smaller(measure)


def test_and_it_does_all_else_that_a_loop_does() -> None:
    async def talk() -> bytes:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readexactly(3))
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"abc")
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        server.close()
        return answer

    with asyncio.Runner(loop_factory=exact_loop) as runner:
        assert runner.run(talk()) == b"abc"
