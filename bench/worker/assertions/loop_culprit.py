"""What held an event loop, and in which line: another thread samples the loop's stack meanwhile.

A pass of its own: sampling takes the GIL from the loop for moments. A sample that finds the loop held tells
the line; that none could be taken in the midst of a hold tells that the GIL was held, too.
"""

from __future__ import annotations

import time
from collections import Counter

from bench.worker import event_loops
from bench.worker.assertions import Call, Facts
from bench.worker.assertions.loop import Hold, Ticks, tick_for
from bench.worker.frames import OF_BYTECODE, Holder
from bench.worker.sampler import SWITCH_S, Looks, Sample, sampled
from bench.worker.switch_interval import switching_every

CALLS = 3
EDGE_NS = 1_000_000  # at both ends of a hold: a sample there may be one before or after it


async def observe(call: Call, longest_s: float, library: str) -> list[Facts]:
    """One observation: ``value`` is the number of holds that were seen, ``holder`` and ``line`` are those of
    most of them, "" where none was seen."""
    await call()
    holds: list[Hold] = []
    samples: list[Sample] = []
    with switching_every(SWITCH_S):
        for _ in range(CALLS):
            ticks = Ticks(event_loops.of(library), tick_for(longest_s), round(longest_s * 1e9))
            ticks.last_ns = time.perf_counter_ns()
            with sampled(_late_for(ticks)) as sampler:
                await ticks.beside(call)
            holds += ticks.holds
            samples += sampler.samples
    told = Counter(who for hold in holds if (who := _holder(hold, samples)))
    (holder, line), _ = told.most_common(1)[0] if told else (("", ""), 0)
    return [{"value": len(holds), "holder": holder, "line": line}]


def _late_for(ticks: Ticks) -> Looks:
    """Looks while the loop is late for its tick."""
    return lambda at_ns, late_s: at_ns - ticks.last_ns > ticks.allowed_ns / 2


def _holder(hold: Hold, samples: list[Sample]) -> tuple[str, str] | None:
    """What held the loop then, and the line; None where no sample came near it."""
    near = [sample for sample in samples if hold.begin < sample.at_ns < hold.end + 2 * EDGE_NS]
    if not near:
        return None
    within = [sample for sample in near if hold.begin + EDGE_NS < sample.at_ns < hold.end - EDGE_NS]
    own = Counter(sample.line for sample in within or near).most_common(1)[0][0]
    if hold.cpu < hold.held / 2:
        return Holder.BLOCKING, own
    if len(within) < max(hold.held / 20e6, 1):
        return Holder.C_WITH_GIL, own
    # While C code runs its caller stays at one instruction. Bytecode lets others run at the ends of loops.
    (one, *others) = {sample.instruction for sample in within}
    return (Holder.PYTHON if others or one[2].startswith(OF_BYTECODE) else Holder.C), own
