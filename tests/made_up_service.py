"""A made-up measurement of an application: rates at each level as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bench.core.histogram import histogram
from bench.core.service import App, AppKind, InsideSeen, LoadSeen, MemorySeen, ServerSetup, ServiceRun

ONE, TWO = ServerSetup("uvicorn"), ServerSetup("uvicorn", workers=2)
BLOCKS = 6


def load(
    setup: ServerSetup, block: int, in_flight: int, rate: float, *, cpu_s: float = 0.4e-3, share: float = 0.0
) -> LoadSeen:
    """A phase of load; blocks differ by a percent."""
    rate *= 1 + 0.01 * (block % 3 - 1)
    mean_s = in_flight / rate if not share else 0.02
    return LoadSeen(
        setup=setup,
        block=block,
        in_flight=in_flight,
        share=share,
        rate=rate,
        mean_s=mean_s,
        histogram=histogram([round(mean_s * 1e9)] * 100),
        cpu_s=cpu_s,
        queued_s=0.0,
        cores=cpu_s * rate,
        generator=rate * 20e-6,
    )


def service_run(
    rates: Mapping[ServerSetup, Mapping[int, float]],
    *,
    kind: AppKind = AppKind.ASGI,
    cpu_s: float = 0.4e-3,
    blocks: int = BLOCKS,
    memory: Mapping[ServerSetup, int] | None = None,
) -> ServiceRun:
    """A run in which each set-up has these rates at these levels."""
    levels = sorted({level for each in rates.values() for level in each})
    sizes = memory or {}
    return ServiceRun(
        app=App("/a/shop.py:app", "/a", kind, framework="FastAPI 0.115"),
        requests=["GET /items/1"],
        cores=2,
        blocks=blocks,
        setups=list(rates),
        levels=levels,
        loads=[
            load(setup, block, level, rate, cpu_s=cpu_s)
            for block in range(blocks)
            for setup, by_level in rates.items()
            for level, rate in by_level.items()
        ],
        memory=[
            MemorySeen(setup, block, sizes.get(setup, setup.workers * 40 << 20))
            for block in range(blocks)
            for setup in rates
        ],
        seconds=60.0,
        generator_cost_s=20e-6,
    )


def inside(setup: ServerSetup, in_flight: int = 1, **what: object) -> InsideSeen:
    """What a thread in the worker saw: nothing that is wrong, unless a test says so."""
    usual = InsideSeen(
        setup=setup,
        in_flight=in_flight,
        requests=25,
        seconds=0.6,
        held_s=0.0,
        longest_held_s=0.0,
        held_cpu_s=0.0,
        line="",
        gil_share=0.01,
    )
    return replace(usual, **what)
