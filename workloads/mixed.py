"""Fetch, then compute on what came: what most services do."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from bench import param
from bench.core.http_answers import body
from workloads.cpu_python import churn, churn_directly
from workloads.http_fetch import Aiohttp, Httpx


class Compute:
    """The computing half, and the check of both."""

    rounds: int
    size: int

    def digest(self, content: bytes) -> int:
        """Some Python on the body that was fetched."""
        return churn(zlib.crc32(content), self.rounds)

    def check(self, result: Any, i: int) -> int:
        if result != churn_directly(zlib.crc32(body(i, self.size)), self.rounds):
            raise ValueError(f"task {i} computed {result!r}")
        return int(result)


@dataclass(frozen=True)
class MixedHttpx(Compute, Httpx):
    """HTTP GET with httpx, then arithmetic in Python on the answer."""

    rounds: int = param(90_000, "loop rounds per task", minimum=1, maximum=1_000_000_000)

    name = "mixed"
    flavours = frozenset({"sync", "asyncio", "trio"})
    family = "mixed"
    bound = "mixed"
    essential = False

    def task(self, session: Any, i: int) -> Any:
        return self.digest(super().task(session, i))

    async def task_async(self, session: Any, i: int) -> Any:
        return self.digest(await super().task_async(session, i))


@dataclass(frozen=True)
class MixedAiohttp(Compute, Aiohttp):
    """HTTP GET with aiohttp, then arithmetic in Python on the answer."""

    rounds: int = param(90_000, "loop rounds per task", minimum=1, maximum=1_000_000_000)

    name = "mixed"
    flavours = frozenset({"asyncio"})
    family = "mixed"
    bound = "mixed"
    essential = False

    async def task_async(self, session: Any, i: int) -> Any:
        return self.digest(await super().task_async(session, i))
