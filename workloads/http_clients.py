"""The same HTTP GET requests with further clients, for choosing one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from bench import Env
from workloads.http_fetch import Fetch, Httpx


@dataclass(frozen=True)
class Httpx2(Httpx):
    """HTTP GET with httpx2, the fork of httpx that is maintained: the same API."""

    client = "httpx2"
    flavours = frozenset({"sync", "asyncio", "trio"})
    requires = ("httpx2",)
    in_all = False
    essential = False


@dataclass(frozen=True)
class Niquests(Fetch):
    """HTTP GET with niquests, a fork of requests with asyncio support."""

    client = "niquests"
    flavours = frozenset({"sync", "asyncio"})
    requires = ("niquests",)
    in_all = False

    def open(self, env: Env) -> Any:
        return self.configured(self.library.Session, env)

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        async with self.configured(self.library.AsyncSession, env) as session:
            yield session

    def configured(self, session_type: Any, env: Env) -> Any:
        """A session for one host, with as many connections as the concurrency, and no proxies."""
        session = session_type(**self.settings(env))
        session.trust_env = False
        return session

    def settings(self, env: Env) -> dict[str, Any]:
        url = str(env.services["http"]["url"])
        return {"base_url": url, "pool_connections": 1, "pool_maxsize": env.concurrency, "timeout": 30}


@dataclass(frozen=True)
class Pyreqwest(Fetch):
    """HTTP GET with pyreqwest, on reqwest in Rust: a separate thread does the networking."""

    client = "pyreqwest"
    flavours = frozenset({"sync", "asyncio"})
    requires = ("pyreqwest",)
    in_all = False

    @property
    def library(self) -> Any:
        return import_module("pyreqwest.client")

    def open(self, env: Env) -> Any:
        return self.configured(self.library.SyncClientBuilder(), env).build()

    def open_async(self, env: Env) -> Any:
        return self.configured(self.library.ClientBuilder(), env).build()

    def configured(self, builder: Any, env: Env) -> Any:
        """The settings of the other clients; no certificate checks, whose store would be loaded."""
        return (
            builder.base_url(str(env.services["http"]["url"]))
            .max_connections(env.concurrency)
            .pool_max_idle_per_host(env.concurrency)
            .timeout(timedelta(seconds=30))
            .error_for_status(True)
            .no_proxy()
            .danger_accept_invalid_certs(True)
        )

    def extension(self) -> bool | None:
        return True

    def task(self, session: Any, i: int) -> bytes:
        return bytes(session.get(self.path(i)).build().send().bytes())

    async def task_async(self, session: Any, i: int) -> bytes:
        response = await session.get(self.path(i)).build().send()
        return bytes(await response.bytes())
