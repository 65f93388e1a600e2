"""C code that releases the GIL while it computes."""

import hashlib
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench import Env, Workload, param


def buffer(size: int) -> bytes:
    """``size`` bytes, the same in every process."""
    return bytes(range(256)) * (size // 256) + bytes(size % 256)


@cache
def digest_of(size: int, times: int) -> bytes:
    """The expected result of a task, computed once."""
    return CpuNative(size, times).task(buffer(size), 0)


@dataclass(frozen=True)
class CpuNative(Workload):
    """SHA-256 over a large buffer (hashlib): C that releases the GIL."""

    size: int = param(1 << 20, "bytes hashed at a time", minimum=1, maximum=1 << 30)
    times: int = param(20, "hashes per task", minimum=1, maximum=1_000_000)

    name = "cpu-native"
    family = "cpu-native"
    bound = "cpu"
    flavours = frozenset({"sync", "asyncio", "trio"})
    essential = True
    releases_gil = True

    def open(self, env: Env) -> AbstractContextManager[bytes]:
        return nullcontext(buffer(self.size))

    def task(self, session: bytes, i: int) -> bytes:
        for _ in range(self.times):
            digest = hashlib.sha256(session).digest()
        return digest

    def check(self, result: Any, i: int) -> int:
        if result != digest_of(self.size, self.times):
            raise ValueError(f"task {i} hashed to {result!r}")
        return int.from_bytes(result[:4])
