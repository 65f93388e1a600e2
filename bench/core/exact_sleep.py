"""Sleep on an event loop for an exact time, as arrivals need it: how late the loop's own timers are must not
count as latency.

asyncio, uvloop, trio and gevent wait in epoll, whose timeouts are whole milliseconds, rounded up. A timer
that is a file (timerfd) becomes readable on time, and every loop can wait for that. Where there is none (not
Linux), the loop's own sleep has to do.
"""

import ctypes
import os
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

HAS_ALARMS = sys.platform == "linux"


@contextmanager
def alarm(seconds: float) -> Iterator[int]:
    """A file descriptor that becomes readable after so many seconds."""
    descriptor = _timerfd(max(round(seconds * 1e9), 1))
    try:
        yield descriptor
    finally:
        os.close(descriptor)


async def asyncio_sleep(seconds: float) -> None:
    """``asyncio.sleep``, on any loop of asyncio's kind."""
    import asyncio  # gevent patches what it loads, and must come first

    if not HAS_ALARMS:
        await asyncio.sleep(seconds)
        return
    loop = asyncio.get_running_loop()
    rung = asyncio.Event()
    with alarm(seconds) as descriptor:
        loop.add_reader(descriptor, rung.set)
        try:
            await rung.wait()
        finally:
            loop.remove_reader(descriptor)


async def trio_sleep(seconds: float) -> None:
    """``trio.sleep``."""
    import trio  # installed or not, and under this model alone

    if not HAS_ALARMS:
        await trio.sleep(seconds)
        return
    with alarm(seconds) as descriptor:
        await trio.lowlevel.wait_readable(descriptor)


def gevent_sleep(seconds: float) -> None:
    """``gevent.sleep``."""
    if not HAS_ALARMS:
        time.sleep(seconds)  # gevent's: it is patched
        return
    from gevent.socket import wait_read  # as above

    with alarm(seconds) as descriptor:
        wait_read(descriptor)


def _timerfd(nanoseconds: int) -> int:
    """timerfd_create(2), which Python has from 3.13 on."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = int(libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC))
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "the system has no timer to give")
    once = struct.pack("4l", 0, 0, *divmod(nanoseconds, 1_000_000_000))  # two timespecs: interval, value
    libc.timerfd_settime(descriptor, 0, once, None)
    return descriptor
