"""Bytecode: work that only the interpreter does, and so needs the GIL where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench import Workload, param

MODULUS = 2_147_483_647


def churn(seed: int, rounds: int) -> int:
    """A linear congruential generator, ``rounds`` steps of it: integers only, no calls, nothing to cache."""
    x = seed
    for _ in range(rounds):
        x = (x * 48_271 + 11) % MODULUS
    return x


def churn_directly(seed: int, rounds: int) -> int:
    """What ``churn`` must give, by the closed form: a^n seed + 11 (a^n - 1) / (a - 1), modulo the prime."""
    power = pow(48_271, rounds, MODULUS)
    series = (power - 1) * pow(48_270, -1, MODULUS)
    return (power * seed + 11 * series) % MODULUS


@dataclass(frozen=True)
class CpuPython(Workload):
    """Arithmetic in a Python loop: pure bytecode."""

    rounds: int = param(400_000, "loop rounds per task", minimum=1, maximum=1_000_000_000)

    name = "cpu-python"
    family = "cpu-python"
    bound = "cpu"
    flavours = frozenset({"sync", "asyncio", "trio"})
    essential = True

    def task(self, session: Any, i: int) -> int:
        return churn(i, self.rounds)

    def check(self, result: Any, i: int) -> int:
        if result != churn_directly(i, self.rounds):
            raise ValueError(f"task {i} computed {result!r}")
        return int(result)
