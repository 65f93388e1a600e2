"""Pure Python bytecode, which needs the GIL where there is one."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from bench import Env, Workload, param

# All values stay below 257, which CPython caches, and the loop counts by repeat, so that nothing is
# allocated: a loop that allocates integers ran 13 % slower in the main thread than in any other (3.11.7, by
# memory layout alone), which would look like an effect of the model. And 2 is a primitive root of 107: every
# task takes all 106 values in turn, so that none is slower than another by the numbers that it meets (with
# a generator of two cycles, tasks differed by 2 to 8 %).
MODULUS = 107


def churn(seed: int, rounds: int) -> int:
    """``rounds`` steps of a linear congruential generator."""
    x = seed % 106  # it leaves 106 as it is
    for _ in repeat(None, rounds):
        x = (x * 2 + 1) % 107
    return x


def churn_directly(seed: int, rounds: int) -> int:
    """The result of ``churn`` by the closed form: each step doubles x + 1, modulo the prime."""
    return (pow(2, rounds, MODULUS) * (seed % (MODULUS - 1) + 1) - 1) % MODULUS


@dataclass(frozen=True)
class CpuPython(Workload):
    """Arithmetic in a Python loop: pure bytecode."""

    rounds: int = param(450_000, "loop rounds per task", minimum=1, maximum=1_000_000_000)
    payload: int = param(0, "bytes that a task returns besides its number", maximum=1 << 30)

    name = "cpu-python"
    family = "cpu-python"
    bound = "cpu"
    flavours = frozenset({"sync", "asyncio", "trio"})
    essential = True

    def open(self, env: Env) -> AbstractContextManager[bytes]:
        return nullcontext(bytes(self.payload))  # made once: only returning it costs

    def task(self, session: bytes, i: int) -> tuple[int, bytes]:
        return churn(i, self.rounds), session

    def check(self, result: Any, i: int) -> int:
        number, payload = result
        if number != churn_directly(i, self.rounds) or len(payload) != self.payload:
            raise ValueError(f"task {i} computed {number!r} and returned {len(payload)} bytes")
        return int(number)
