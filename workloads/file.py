"""Read a file and hash it: blocking calls that no event loop can wait for.

The files were written a moment ago and are read from the page cache, as most files of a service are: that
copies memory and hashes in C, both without the GIL, and waits for no disk.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from bench import Bound, Env, Workload, param
from bench.core.scratch import filled_folder


def content(k: int, size: int) -> bytes:
    """The ``size`` bytes of file ``k``."""
    line = f"a line of file {k}\n".encode()
    return (line * (size // len(line) + 1))[:size]


@cache
def digests(count: int, size: int) -> tuple[bytes, ...]:
    """The expected results by file, computed together in the first task's check."""
    return tuple(hashlib.sha256(content(k, size)).digest() for k in range(count))


@dataclass(frozen=True)
class ReadAndHash(Workload):
    """Base of the file workloads: the files and the check of their hashes."""

    size: int = param(1 << 18, "bytes of a file", maximum=1 << 30)
    count: int = param(16, "files, read in turn", minimum=1, maximum=10_000)

    name = "file"
    family = "file"
    bound: ClassVar[Bound] = "mixed"
    in_all = False
    releases_gil = True

    @contextmanager
    def open(self, env: Env) -> Iterator[Sequence[str]]:
        with filled_folder("files", self.fill) as folder:
            yield [str(folder / str(k)) for k in range(self.count)]

    def fill(self, folder: Path) -> None:
        for k in range(self.count):
            (folder / str(k)).write_bytes(content(k, self.size))

    def check(self, result: Any, i: int) -> int:
        if result != digests(self.count, self.size)[i % self.count]:
            raise ValueError(f"file {i % self.count} hashed to {result!r}")
        return int.from_bytes(result[:4])


@dataclass(frozen=True)
class Open(ReadAndHash):
    """Read a file with open() and hash it; in a coroutine, that blocks the event loop."""

    client = "open"
    flavours = frozenset({"sync", "asyncio"})

    def task(self, session: Sequence[str], i: int) -> bytes:
        with open(session[i % self.count], "rb") as file:
            return hashlib.sha256(file.read()).digest()


@dataclass(frozen=True)
class Aiofiles(ReadAndHash):
    """Read a file with aiofiles, which hands each call to asyncio's default executor, and hash it."""

    client = "aiofiles"
    flavours = frozenset({"asyncio"})
    requires = ("aiofiles",)
    spreads = True

    async def task_async(self, session: Sequence[str], i: int) -> bytes:
        async with self.library.open(session[i % self.count], "rb") as file:
            return hashlib.sha256(await file.read()).digest()
