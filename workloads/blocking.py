"""The most common mistake with asyncio: a blocking call inside a coroutine."""

import time
from dataclasses import dataclass
from typing import Any

from workloads.sleep import Sleep


@dataclass(frozen=True)
class Blocking(Sleep):
    """time.sleep inside a coroutine: it blocks the event loop, so nothing overlaps."""

    name = "blocking"
    flavours = frozenset({"asyncio"})
    essential = False
    overlaps = False
    lesson = True

    async def task_async(self, session: Any, i: int) -> int:
        time.sleep(self.seconds)
        return i
