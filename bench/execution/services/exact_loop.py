"""An event loop whose timers are exact: a delay of 2.0 ms lasts 2.0 ms, however many are in flight.

epoll takes its timeout in whole milliseconds, and Python rounds up: a loop that waits in it wakes up to 1 ms
late, and later with more timers in flight. ``select`` takes microseconds, and an epoll is itself a file that
can be waited for.
"""

import asyncio
import contextlib
import select
import selectors
import sys
from pathlib import Path


class ExactSelector(selectors.DefaultSelector):
    """Waits for its own descriptor first, with the timeout as it is."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            select.select([self], [], [], timeout)
            timeout = 0
        return super().select(timeout)


def exact_loop() -> asyncio.AbstractEventLoop:
    """A new event loop. Elsewhere than on Linux the stock one, whose timers kqueue counts in nanoseconds."""
    if sys.platform != "linux":
        return asyncio.new_event_loop()
    with contextlib.suppress(OSError):
        Path("/proc/self/timerslack_ns").write_text("1")  # else timers of this process may be 50 us late
    return asyncio.SelectorEventLoop(ExactSelector())
