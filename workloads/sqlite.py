"""SQLite: indexed reads, then a write, in a file that all workers share, as a small service has it.

The file is in WAL mode with ``synchronous=NORMAL``: readers go on while one writes, and a commit does not
wait for the disk. Each statement is a transaction of its own, and a write that finds the file locked waits,
at most ``BUSY_S``. In a transaction that reads before it writes, SQLite could refuse at once, whatever the
timeout: "database is locked".
"""

import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from bench import Bound, Env, Workload, param
from bench.core.scratch import filled_folder

BUSY_S = 60
TABLES = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE, score INTEGER);
    CREATE TABLE results (task INTEGER PRIMARY KEY, total INTEGER);
"""
NO_DISK = "PRAGMA synchronous = NORMAL"
ITEM = "INSERT INTO items VALUES (?, ?, ?)"
READ = "SELECT score FROM items WHERE name = ?"
WRITE = "INSERT INTO results VALUES (?, ?) ON CONFLICT (task) DO UPDATE SET total = excluded.total"
WRITTEN = "SELECT total FROM results WHERE task = ?"


def name_of(k: int) -> str:
    return f"item-{k:07d}"


def score_of(k: int) -> int:
    return (k * 7919) % 1009


@dataclass(frozen=True)
class ReadsAndWrite(Workload):
    """Base of the SQLite workloads: the file, what a task reads and writes, and the check of it.

    A task returns what it finds written at its end, so that the check covers its reads and its write.
    """

    rows: int = param(10_000, "rows of the table that is read", minimum=1, maximum=10_000_000)
    reads: int = param(10, "indexed reads of a task, before its write", minimum=1, maximum=10_000)

    name = "sqlite"
    family = "sqlite"
    bound: ClassVar[Bound] = "mixed"
    in_all = False
    releases_gil = True

    def picks(self, i: int) -> list[int]:
        """The rows that task ``i`` reads, scattered over the table."""
        return [((i * self.reads + read) * 7919) % self.rows for read in range(self.reads)]

    def fill(self, folder: Path) -> None:
        sqlite3 = import_module("sqlite3")  # late, since some builds of Python lack it
        with closing(sqlite3.connect(folder / "db")) as connection:
            connection.executescript(TABLES)
            connection.executemany(ITEM, ((k, name_of(k), score_of(k)) for k in range(self.rows)))
            connection.commit()

    @contextmanager
    def connector(self) -> Iterator[Callable[[], Any]]:
        """Opens connections to the file, each by itself committing what it writes."""
        with filled_folder("sqlite", self.fill) as folder:
            yield lambda: self.library.connect(
                folder / "db", timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )

    def check(self, result: Any, i: int) -> int:
        if result != (total := sum(map(score_of, self.picks(i)))):
            raise ValueError(f"task {i} found {result!r} written, not {total}")
        return zlib.crc32(f"{i} {result}".encode())


@dataclass(frozen=True)
class Connections:
    """Connections that no task uses at the moment, and how to open one more."""

    connect: Callable[[], Any]
    idle: list[Any]


@dataclass(frozen=True)
class Sqlite3(ReadsAndWrite):
    """Indexed reads and a write in SQLite with the standard library, a connection for each task in flight."""

    client = "sqlite3"
    flavours = frozenset({"sync", "asyncio"})

    @property
    def library(self) -> Any:
        return import_module("sqlite3")

    @contextmanager
    def open(self, env: Env) -> Iterator[Connections]:
        with self.connector() as connect:
            session = Connections(connect, [])
            try:
                yield session
            finally:
                for connection in session.idle:
                    connection.close()

    def task(self, session: Connections, i: int) -> int:
        try:
            connection = session.idle.pop()
        except IndexError:
            connection = session.connect()
            connection.execute(NO_DISK)
        try:
            found = [connection.execute(READ, (name_of(k),)).fetchone()[0] for k in self.picks(i)]
            connection.execute(WRITE, (i, sum(found)))
            return int(connection.execute(WRITTEN, (i,)).fetchone()[0])
        finally:
            session.idle.append(connection)


@dataclass(frozen=True)
class Aiosqlite(ReadsAndWrite):
    """The same with aiosqlite, which gives each connection a thread and hands it one call at a time."""

    client = "aiosqlite"
    flavours = frozenset({"asyncio"})
    requires = ("aiosqlite",)
    spreads = True

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Connections]:
        with self.connector() as connect:
            session = Connections(connect, [])
            try:
                yield session
            finally:
                for connection in session.idle:
                    await connection.close()

    async def task_async(self, session: Connections, i: int) -> int:
        if session.idle:
            connection = session.idle.pop()
        else:
            connection = await session.connect()
            await connection.execute(NO_DISK)
        try:
            found = [await self.one(connection, READ, name_of(k)) for k in self.picks(i)]
            await connection.execute(WRITE, (i, sum(found)))
            return await self.one(connection, WRITTEN, i)
        finally:
            session.idle.append(connection)

    async def one(self, connection: Any, query: str, key: str | int) -> int:
        """The one number that a query finds, in one trip to the connection's thread."""
        ((number,),) = await connection.execute_fetchall(query, (key,))
        return int(number)
