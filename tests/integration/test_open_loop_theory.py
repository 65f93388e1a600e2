"""Open-loop latencies against queueing theory: the same arrivals through a simulated queue."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from statistics import fmean

import pytest

from bench.core.histogram import exact_percentile
from bench.core.observation import Observation
from bench.worker.procedures.open_loop import arrivals
from workloads.http_fetch import Httpx

Observe = Callable[..., Observation]
N = 1_000
CLOSE = {"mean": 1.15, "p50": 1.15, "p95": 1.25, "p99": 1.35}
"""How far apart measured and simulated may be, as ratios: a service that is 3 % off moves the p99 at a load of 90 %
by 10 %, and a machine that stands still once for 10 ms moves each p99. Delays are long compared with the computing in
a task, which a busy neighbour makes half as long again."""
ATTEMPTS = 12


def queue(due: Sequence[float], service: float, servers: int) -> list[float]:
    """Latencies of an M/D/c queue: tasks in order of arrival, each for ``service`` seconds at the first server
    that is free."""
    free = [0.0] * servers
    found = []
    for moment in due:
        end = max(heapq.heappop(free), moment) + service
        heapq.heappush(free, end)
        found.append(end - moment)
    return found


def test_the_queue_is_right_where_its_answer_is_known() -> None:
    assert queue([0.0, 0.1, 5.0], 1.0, 1) == pytest.approx([1.0, 1.9, 1.0])
    assert queue([0.0, 0.1, 0.2], 1.0, 2) == pytest.approx([1.0, 1.0, 1.8])
    # M/D/1 at a load of 0.5: the mean wait is half a service, by Pollaczek and Khinchine.
    assert fmean(queue(arrivals(200_000, 0.5, block=0), 1.0, 1)) == pytest.approx(1.5, rel=0.03)


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.parametrize("load", [0.5, 0.7, 0.9])
@pytest.mark.parametrize(
    ("runner", "servers", "delay"), [("sync", 1, 0.008), ("threading", 4, 0.02), ("asyncio", 4, 0.02)]
)
def test_latencies_are_those_of_the_same_queue_simulated(
    observe: Observe, runner: str, servers: int, delay: float, load: float
) -> None:
    for _ in range(ATTEMPTS):
        seen = observe(
            Httpx(delay=delay),
            runner,
            concurrency=servers,
            n=N,
            procedure="open_loop",
            options={"load": load},
        )
        rate, mean = seen.figures["rate"], seen.latency_sum_s / N
        service = (
            mean - seen.figures["late_s"]
        )  # in this very batch: machines are not equally fast all the time
        simulated = sorted(queue(arrivals(N, rate, block=0), service, servers))
        pairs = {
            "mean": (mean, fmean(simulated)),
            "p50": (seen.p50_s, exact_percentile([round(s * 1e9) for s in simulated], 0.50)),
            "p95": (seen.p95_s, exact_percentile([round(s * 1e9) for s in simulated], 0.95)),
            "p99": (seen.p99_s, exact_percentile([round(s * 1e9) for s in simulated], 0.99)),
        }
        ratios = {name: (measured or 0.0) / theory for name, (measured, theory) in pairs.items()}
        if all(1 / CLOSE[name] < ratio < CLOSE[name] for name, ratio in ratios.items()):
            return
    pytest.fail(f"measured by simulated: {ratios}")
