"""Concurrency models for pytest-benchmark: a line of its table, its files and its comparisons for each."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from bench.core.errors import UserError
from bench.core.runner import RUNNERS, Job
from bench.core.user_function import Own
from bench.core.workload import Env
from bench.worker.assertions import Call
from bench.worker.cost import sound


@dataclass(frozen=True)
class BenchmarkedModel:
    """A concurrency model whose batches pytest-benchmark times. Raises UserError for an unknown model, or one
    that is not installed."""

    name: str
    in_flight: int
    calls: int  # in a batch

    def __post_init__(self) -> None:
        if why := RUNNERS.get(self.name).available():
            raise UserError(f"{self.name} is unavailable: {why}.")

    def __call__(self, benchmark: Any, function: Callable[..., Any], *args: Any, **named: Any) -> None:
        """Time batches of the function, which must be importable and its arguments JSON. Raises CellError for
        a call that fails."""
        with under(self.name, Call(function, args, named), self.in_flight) as batch:
            line_of(benchmark, self.name)(batch, self.calls)


def line_of(benchmark: Any, model: str) -> Any:
    """A fixture ``benchmark`` like this one with a line of its own, as if the model were a parameter of the
    test: pytest-benchmark's times one function a test."""
    line = copy(benchmark)
    benchmark._mode = "concurrency.models(...)"  # it has been used
    line._mode = None
    line.params = {**(line.params or {}), "model": model}
    line.param = f"{line.param}-{model}" if line.param else model
    line.name, line.fullname = (
        f"{each.removesuffix(']')}-{model}]" if each.endswith("]") else f"{each}[{model}]"
        for each in (line.name, line.fullname)
    )
    line.extra_info = dict(line.extra_info)
    return line


@contextmanager
def under(model: str, call: Call, in_flight: int) -> Iterator[Callable[[int], float]]:
    """What it gives runs so many calls with as many in flight, in a pool that is open and warm, and returns
    the seconds that they took."""
    address = f"{inspect.getsourcefile(call.function)}:{call.function.__qualname__}"
    given = json.dumps(dict(call.named) if call.named else list(call.args))
    own = Own(async_function=address, args=given) if call.is_async else Own(function=address, args=given)
    runner = RUNNERS.get(model)
    if runner.flavour not in own.flavours:
        raise UserError(f"{model} cannot run {call.function.__name__}: it is not an async function.")
    slots = 1 if runner.one_at_a_time else in_flight
    with runner.open(Job(own.spec(), Env(slots), slots, {})) as pool:
        sound(pool.run(1))
        sound(pool.warm_up())
        yield lambda calls: sound(pool.run(calls)).wall_s
