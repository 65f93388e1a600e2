"""The same HTTP fetch with further clients: for who is about to choose one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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
    """HTTP GET with niquests, a fork of requests that has asyncio, too."""

    client = "niquests"
    flavours = frozenset({"sync", "asyncio"})
    requires = ("niquests",)
    in_all = False

    @contextmanager
    def open(self, env: Env) -> Iterator[Any]:
        with self.library.Session(**self.settings(env)) as session:
            session.trust_env = False
            yield session

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        async with self.library.AsyncSession(**self.settings(env)) as session:
            session.trust_env = False
            yield session

    def settings(self, env: Env) -> dict[str, Any]:
        """One host, and as many connections to it as tasks in flight; HTTP/1.1 as the others speak it."""
        return {
            "base_url": str(env.services["http"]["url"]),
            "pool_connections": 1,
            "pool_maxsize": env.concurrency,
            "timeout": 30,
        }


@dataclass(frozen=True)
class Pyreqwest(Fetch):
    """HTTP GET with pyreqwest, on reqwest in Rust: a thread of its own talks to the network."""

    client = "pyreqwest"
    flavours = frozenset({"sync", "asyncio"})
    requires = ("pyreqwest",)
    in_all = False

    @property
    def library(self) -> Any:
        return import_module("pyreqwest.client")

    @contextmanager
    def open(self, env: Env) -> Iterator[Any]:
        with self.configured(self.library.SyncClientBuilder(), env).build() as client:
            yield client

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        async with self.configured(self.library.ClientBuilder(), env).build() as client:
            yield client

    def configured(self, builder: Any, env: Env) -> Any:
        """As the other clients are; a client that checks certificates reads their store when it is built."""
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
