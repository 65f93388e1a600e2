"""An HTTP GET request, then Python computing on the response, as in most services."""

import zlib
from dataclasses import dataclass
from typing import Any

from bench import param
from bench.core.http_answers import body
from workloads.cpu_python import churn, churn_directly
from workloads.http_fetch import Aiohttp, Fetch, Httpx


@dataclass(frozen=True)
class Mixed(Fetch):
    """Base of the mixed workloads: computing after the request, and the check of both."""

    rounds: int = param(90_000, "loop rounds per task", minimum=1, maximum=1_000_000_000)

    name = "mixed"
    family = "mixed"
    bound = "mixed"

    def task(self, session: Any, i: int) -> Any:
        return self.digest(super().task(session, i))

    async def task_async(self, session: Any, i: int) -> Any:
        return self.digest(await super().task_async(session, i))

    def digest(self, content: bytes) -> int:
        """Arithmetic in Python on the body of the response."""
        return churn(zlib.crc32(content), self.rounds)

    def check(self, result: Any, i: int) -> int:
        if result != churn_directly(zlib.crc32(body(i, self.size)), self.rounds):
            raise ValueError(f"task {i} computed {result!r}")
        return int(result)


@dataclass(frozen=True)
class MixedHttpx(Mixed, Httpx):
    """HTTP GET with httpx, then arithmetic in Python on the answer."""

    flavours = frozenset({"sync", "asyncio", "trio"})
    essential = False


@dataclass(frozen=True)
class MixedAiohttp(Mixed, Aiohttp):
    """HTTP GET with aiohttp, then arithmetic in Python on the answer."""

    flavours = frozenset({"asyncio"})
    essential = False
