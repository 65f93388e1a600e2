"""Sleep: ideal I/O, which only waits."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from bench import Workload, param


@dataclass(frozen=True)
class Sleep(Workload):
    """Sleep: waits without using a core, as ideal I/O does."""

    seconds: float = param(0.02, "how long a task sleeps", minimum=0, maximum=60)

    name = "sleep"
    family = "sleep"
    bound = "io"
    flavours = frozenset({"sync", "asyncio", "trio"})
    essential = True

    @property
    def wait(self) -> float:
        return self.seconds

    def task(self, session: Any, i: int) -> int:
        time.sleep(self.seconds)
        return i

    async def task_async(self, session: Any, i: int) -> int:
        await asyncio.sleep(self.seconds)
        return i

    async def task_trio(self, session: Any, i: int) -> int:
        import trio  # needed under this model alone

        await trio.sleep(self.seconds)
        return i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i
