"""A function under a concurrency model, as pytest-benchmark can time it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.core.runner import RUNNERS, Job
from bench.core.user_function import Own
from bench.core.workload import Env
from bench.worker.assertions import Call
from bench.worker.cost import sound


@contextmanager
def under(model: str, call: Call, in_flight: int) -> Iterator[Callable[[int], float]]:
    """What it gives runs so many calls with as many in flight, in a pool that is open and warm, and returns
    the seconds that they took. With the models as parameters of a test, the table of pytest-benchmark shows
    them side by side.

    The function must be importable, its arguments JSON. Raises UserError for an unknown model, CellError for
    a call that fails.
    """
    address = f"{inspect.getsourcefile(call.function)}:{call.function.__qualname__}"
    given = json.dumps(dict(call.named) if call.named else list(call.args))
    own = Own(async_function=address, args=given) if call.is_async else Own(function=address, args=given)
    runner = RUNNERS.get(model)
    slots = 1 if runner.one_at_a_time else in_flight
    with runner.open(Job(own.spec(), Env(slots), slots, {})) as pool:
        sound(pool.run(1))
        sound(pool.warm_up())
        yield lambda calls: sound(pool.run(calls)).wall_s
