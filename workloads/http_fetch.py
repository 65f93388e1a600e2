"""HTTP GET requests to the local test server, which answers after a delay, as a service would."""

import zlib
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar

from bench import Bound, Env, Workload, param
from bench.core.http_answers import body


@dataclass(frozen=True)
class Fetch(Workload):
    """Base of the HTTP workloads: the request and the expected response."""

    delay: float = param(0.02, "seconds that the server waits before it answers", maximum=60)
    size: int = param(1024, "bytes of the answer's body", minimum=1, maximum=1 << 24)
    jitter: float = param(0.0, "share of the delay by which it varies, seeded", maximum=1)

    name = "http"
    family = "http"
    bound: ClassVar[Bound] = "io"
    services = ("http",)

    @property
    def wait(self) -> float:
        return self.delay

    def path(self, i: int) -> str:
        """The request target of task ``i``."""
        jitter = f"&jitter={self.jitter}&seed=1" if self.jitter else ""
        return f"/item/{i}?delay={self.delay}&size={self.size}{jitter}"

    def task(self, session: Any, i: int) -> bytes:
        response = session.get(self.path(i))
        response.raise_for_status()
        return bytes(response.content)

    async def task_async(self, session: Any, i: int) -> bytes:
        response = await session.get(self.path(i))
        response.raise_for_status()
        return bytes(response.content)

    def check(self, result: Any, i: int) -> int:
        if result != body(i, self.size):
            raise ValueError(f"the answer to request {i} is not the one asked for: {result[:60]!r}")
        return zlib.crc32(result)


@dataclass(frozen=True)
class Httpx(Fetch):
    """HTTP GET with httpx: one client for sync code and for asyncio."""

    client = "httpx"
    flavours = frozenset({"sync", "asyncio", "trio"})
    requires = ("httpx",)
    essential = True

    def open(self, env: Env) -> Any:
        return self.library.Client(**self.settings(env))

    def open_async(self, env: Env) -> Any:
        return self.library.AsyncClient(**self.settings(env))

    def settings(self, env: Env) -> dict[str, Any]:
        """A pool as large as the concurrency; no proxies from the environment; no certificate store, which
        takes 44 ms to load and which plain HTTP never reads."""
        return {
            "base_url": str(env.services["http"]["url"]),
            "limits": self.library.Limits(
                max_connections=env.concurrency,
                max_keepalive_connections=env.concurrency,
                keepalive_expiry=None,  # by default 5 s: idle connections would be reopened in the batch
            ),
            "timeout": self.library.Timeout(30),
            "trust_env": False,
            "verify": False,
        }


@dataclass(frozen=True)
class Aiohttp(Fetch):
    """HTTP GET with aiohttp: asyncio only."""

    client = "aiohttp"
    flavours = frozenset({"asyncio"})
    requires = ("aiohttp",)
    essential = True

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        async with self.library.ClientSession(  # created where the loop runs: it demands that
            base_url=str(env.services["http"]["url"]),
            connector=self.library.TCPConnector(limit=env.concurrency),
            timeout=self.library.ClientTimeout(total=30),
        ) as session:
            yield session

    def extension(self) -> bool | None:
        parser = self.library.http_parser
        return bool(parser.HttpResponseParser is not parser.HttpResponseParserPy)

    async def task_async(self, session: Any, i: int) -> bytes:
        async with session.get(self.path(i)) as response:
            response.raise_for_status()
            return bytes(await response.read())


@dataclass(frozen=True)
class ClientPerRequest(Fetch):
    """The mistake of making an httpx client for every request: no keep-alive, a new pool and TLS store."""

    name = "client-per-request"
    client = "httpx"
    flavours = frozenset({"sync", "asyncio"})
    requires = ("httpx",)
    in_all = False
    lesson = True

    def task(self, session: Any, i: int) -> bytes:
        with self.library.Client(base_url=session, trust_env=False) as client:
            return bytes(client.get(self.path(i)).raise_for_status().content)

    async def task_async(self, session: Any, i: int) -> bytes:
        async with self.library.AsyncClient(base_url=session, trust_env=False) as client:
            response = await client.get(self.path(i))
            return bytes(response.raise_for_status().content)

    def open(self, env: Env) -> AbstractContextManager[str]:
        return nullcontext(str(env.services["http"]["url"]))
