"""A short child process: start it, read what it says, wait for its end."""

import asyncio
import subprocess
import zlib
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE, CalledProcessError
from typing import Any

from bench import Workload, param

COUNT = 'n=0; while [ $n -lt "$1" ]; do n=$((n + 1)); done; echo "$2 $n"'


@dataclass(frozen=True)
class Subprocess(Workload):
    """Start a shell that counts for a moment; subprocess.run, in a coroutine create_subprocess_exec."""

    rounds: int = param(1000, "up to which the child counts", maximum=1_000_000_000)

    name = "subprocess"
    family = "subprocess"
    bound = "mixed"
    flavours = frozenset({"sync", "asyncio"})
    in_all = False
    spreads = True

    def command(self, i: int) -> list[str]:
        return ["/bin/sh", "-c", COUNT, "sh", str(self.rounds), str(i)]

    def task(self, session: Any, i: int) -> bytes:
        return subprocess.run(self.command(i), stdin=DEVNULL, stdout=PIPE, check=True).stdout

    async def task_async(self, session: Any, i: int) -> bytes:
        child = await asyncio.create_subprocess_exec(*self.command(i), stdin=DEVNULL, stdout=PIPE)
        said, _ = await child.communicate()
        if child.returncode:
            raise CalledProcessError(child.returncode, self.command(i), said)
        return said

    def check(self, result: Any, i: int) -> int:
        if result != f"{i} {self.rounds}\n".encode():
            raise ValueError(f"child {i} said {result!r}")
        return zlib.crc32(result)
