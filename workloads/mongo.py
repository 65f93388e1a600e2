"""MongoDB queries: find a document by its key, or list the best of a group."""

import os
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bench import Env, Workload, param

GROUP_SIZE = 20
LEAST_SCORE = 300
BEST = 10
FIELDS = {"_id": False, "key": True, "score": True}  # copied for each query: mongomock writes into it
ORDER = [("score", -1), ("key", 1)]


def document(k: int) -> dict[str, Any]:
    """Document ``k`` of the collection, computed from its number so that answers can be checked."""
    return {
        "_id": k,
        "key": f"item-{k:05d}",
        "group": k // GROUP_SIZE,
        "score": (k * 7919) % 1009,
        "text": f"the text of document {k}. " * 4,
    }


def best_of(group: int, documents: int) -> list[dict[str, Any]]:
    """The expected answer of the listing query, computed without a database."""
    members = [document(k) for k in range(group * GROUP_SIZE, min((group + 1) * GROUP_SIZE, documents))]
    good = [{"key": d["key"], "score": d["score"]} for d in members if d["score"] >= LEAST_SCORE]
    return sorted(good, key=lambda d: (-d["score"], d["key"]))[:BEST]


@dataclass(frozen=True)
class Queries(Workload):
    """Base of the MongoDB workloads: the queries and their expected answers."""

    documents: int = param(2000, "documents in the collection", minimum=GROUP_SIZE, maximum=1_000_000)
    listing: float = param(0.25, "share of tasks that list a group instead of finding one", maximum=1)

    def lists(self, i: int) -> bool:
        """Whether task ``i`` is a listing: evenly spread, the share that was asked for."""
        return int((i + 1) * self.listing) > int(i * self.listing)

    def find_one(self, i: int) -> dict[str, Any]:
        """The arguments of ``find_one`` for task ``i``."""
        return {
            "filter": {"key": document(self.pick(i))["key"]},
            "projection": dict(FIELDS),
            **self.comment(),
        }

    def find_best(self, i: int) -> dict[str, Any]:
        """The arguments of ``find`` for task ``i``: filtered, sorted and limited."""
        return {
            "filter": {"group": self.pick(i) // GROUP_SIZE, "score": {"$gte": LEAST_SCORE}},
            "projection": dict(FIELDS),
            "sort": ORDER,
            "limit": BEST,
            **self.comment(),
        }

    def comment(self) -> dict[str, Any]:
        """The argument ``comment`` of a query, by which it can talk to the embedded server."""
        return {}

    def pick(self, i: int) -> int:
        """The number of the document that task ``i`` queries, scattered over the collection."""
        return (i * 7919) % self.documents

    def task(self, session: Any, i: int) -> Any:
        if self.lists(i):
            return list(session.find(**self.find_best(i)))
        return session.find_one(**self.find_one(i))

    async def task_async(self, session: Any, i: int) -> Any:
        if self.lists(i):
            return await session.find(**self.find_best(i)).to_list(None)
        return await session.find_one(**self.find_one(i))

    def check(self, result: Any, i: int) -> int:
        if self.lists(i):
            right: Any = best_of(self.pick(i) // GROUP_SIZE, self.documents)
        else:
            whole = document(self.pick(i))
            right = {"key": whole["key"], "score": whole["score"]}
        if result != right:
            raise ValueError(f"query {i} gave {result!r}")
        return zlib.crc32(repr(result).encode())


@dataclass(frozen=True)
class ServerQueries(Queries):
    """The queries on a server."""

    delay: float = param(0.02, "seconds that the server waits before it answers", maximum=60)

    name = "mongo"
    family = "mongo"
    bound = "io"
    services = ("mongo",)

    @property
    def wait(self) -> float:
        return self.delay

    def comment(self) -> dict[str, Any]:
        """The delay asked of the embedded server; a real one only logs it."""
        return {"comment": {"delay_ms": self.delay * 1000}} if self.delay else {}

    @property
    def library(self) -> Any:
        return import_module("pymongo")  # of which motor is made

    def extension(self) -> bool | None:
        return bool(self.library.has_c())

    def collection(self, client: Any, env: Env) -> Any:
        """The collection of this size in the run's own database."""
        return client[str(env.services["mongo"]["database"])][f"items_{self.documents}"]

    def settings(self, env: Env) -> dict[str, Any]:
        """Client options, with a pool as large as the concurrency."""
        return {
            "host": str(env.services["mongo"]["uri"]),
            "maxPoolSize": env.concurrency,
            "appname": "bench",
            "serverSelectionTimeoutMS": 5000,
        }

    def set_up(self, env: Env) -> None:
        """Fill the collection, unless an earlier cell of the run did."""
        with self.library.MongoClient(**self.settings(env)) as client:
            items = self.collection(client, env)
            if len(list(items.find({}, {"_id": True}))) != self.documents:
                items.drop()
                items.insert_many([document(k) for k in range(self.documents)])
                items.create_index("key")
                items.create_index("group")


@dataclass(frozen=True)
class Pymongo(ServerQueries):
    """MongoDB queries with pymongo, the blocking driver."""

    client = "pymongo"
    flavours = frozenset({"sync"})
    requires = ("pymongo",)
    essential = True

    @contextmanager
    def open(self, env: Env) -> Iterator[Any]:
        with self.library.MongoClient(**self.settings(env)) as client:
            yield self.collection(client, env)


@dataclass(frozen=True)
class PymongoAsync(ServerQueries):
    """MongoDB queries with PyMongo's own asyncio API (AsyncMongoClient)."""

    client = "pymongo-async"
    flavours = frozenset({"asyncio"})
    requires = ("pymongo",)
    essential = True

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        async with self.library.AsyncMongoClient(**self.settings(env)) as client:
            yield self.collection(client, env)


@dataclass(frozen=True)
class Motor(ServerQueries):
    """MongoDB queries with motor: pymongo on a pool of threads behind coroutines. It ended in May 2026."""

    client = "motor"
    flavours = frozenset({"asyncio"})
    requires = ("motor",)

    def configure(self, env: Env) -> None:
        # Read once, when motor is imported; its default of 5 threads per core would cap the batch.
        os.environ["MOTOR_MAX_WORKERS"] = str(env.concurrency)

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        from motor.motor_asyncio import AsyncIOMotorClient  # for this client alone, and after ``configure``

        client = AsyncIOMotorClient(**self.settings(env))
        try:
            yield self.collection(client, env)
        finally:
            client.close()
