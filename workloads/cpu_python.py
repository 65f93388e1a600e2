"""Pure Python bytecode, which needs the GIL where there is one."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from bench import Env, Workload, param

# All values stay below 257, which CPython caches, and the loop counts by repeat, so that nothing is
# allocated: a loop that allocates integers ran 13 % slower in the main thread than in any other (3.11.7, by
# memory layout alone), which would look like an effect of the model.
FACTOR, SUMMAND, MODULUS = 3, 7, 83


def churn(seed: int, rounds: int) -> int:
    """``rounds`` steps of a linear congruential generator."""
    x = seed
    for _ in repeat(None, rounds):
        x = (x * 3 + 7) % 83
    return x


def churn_directly(seed: int, rounds: int) -> int:
    """The result of ``churn`` by the closed form: a^n seed + c (a^n - 1) / (a - 1), modulo the prime."""
    power = pow(FACTOR, rounds, MODULUS)
    series = (power - 1) * pow(FACTOR - 1, -1, MODULUS)
    return (power * seed + SUMMAND * series) % MODULUS


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
