"""The same queries on an in-process mock: no server, so no waiting, only CPU work."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from bench import Env, param
from workloads.mongo import GROUP_SIZE, Queries, document


@dataclass(frozen=True)
class MockQueries(Queries):
    """Base of the queries on a mock."""

    documents: int = param(1000, "documents in the collection", minimum=GROUP_SIZE, maximum=100_000)

    name = "mongomock"
    lesson = True
    family = "mongomock"
    bound = "cpu"


@dataclass(frozen=True)
class Mongomock(MockQueries):
    """MongoDB queries on mongomock, in process: CPU work, not I/O."""

    client = "mongomock"
    flavours = frozenset({"sync"})
    requires = ("mongomock",)

    @contextmanager
    def open(self, env: Env) -> Iterator[Any]:
        items = self.library.MongoClient()["bench"]["items"]
        items.insert_many([document(k) for k in range(self.documents)])
        yield items


@dataclass(frozen=True)
class MongomockMotor(MockQueries):
    """MongoDB queries on mongomock-motor: coroutines that never yield to the loop."""

    client = "mongomock-motor"
    flavours = frozenset({"asyncio"})
    requires = ("mongomock_motor",)

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        items = self.library.AsyncMongoMockClient()["bench"]["items"]
        await items.insert_many([document(k) for k in range(self.documents)])
        yield items
