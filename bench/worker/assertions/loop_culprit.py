"""What held an event loop, and in which line: another thread samples the loop's stack meanwhile.

A pass of its own: sampling takes the GIL from the loop for moments. A sample that finds the loop held tells
the line; that none could be taken in the midst of a hold tells that the GIL was held, too.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass

from bench.worker import event_loops
from bench.worker.assertions import Call, Facts
from bench.worker.assertions.loop import Hold, Ticks, tick_for
from bench.worker.frames import OF_BYTECODE, Holder, Instruction, where

SAMPLE_S = 0.5e-3
SWITCH_S = 0.5e-3  # so that the samples get the GIL soon, where bytecode holds it
CALLS = 3
EDGE_NS = 1_000_000  # at both ends of a hold: a sample there may be one before or after it


@dataclass(frozen=True)
class StackSample:
    """A moment, and where the loop's thread was: the innermost instruction, and the innermost line that is
    the user's own."""

    at_ns: int
    instruction: Instruction
    own: str


class StackSampler(threading.Thread):
    """Samples a thread's stack until it is told to stop."""

    def __init__(self, ticks: Ticks, ident: int) -> None:
        super().__init__(daemon=True)
        self.ticks = ticks
        self.ident_of_loop = ident
        self.over = threading.Event()
        self.found: list[StackSample] = []

    def run(self) -> None:
        while not self.over.wait(SAMPLE_S):
            at = time.perf_counter_ns()
            if at - self.ticks.last_ns > self.ticks.allowed_ns / 2:
                seen = where(self.ident_of_loop)
                if seen is not None:
                    self.found.append(StackSample(at, *seen))


async def observe(call: Call, longest_s: float, library: str) -> list[Facts]:
    """One observation: ``value`` is the number of holds that were seen, ``holder`` and ``line`` are those of
    most of them, "" where none was seen."""
    await call()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    holds: list[Hold] = []
    samples: list[StackSample] = []
    try:
        for _ in range(CALLS):
            ticks = Ticks(event_loops.of(library), tick_for(longest_s), round(longest_s * 1e9))
            ticks.last_ns = time.perf_counter_ns()
            watching = StackSampler(ticks, threading.get_ident())
            watching.start()
            try:
                await ticks.beside(call)
            finally:
                watching.over.set()
                watching.join()
            holds += ticks.holds
            samples += watching.found
    finally:
        sys.setswitchinterval(usual)
    told = Counter(who for hold in holds if (who := _holder(hold, samples)))
    (holder, line), _ = told.most_common(1)[0] if told else (("", ""), 0)
    return [{"value": len(holds), "holder": holder, "line": line}]


def _holder(hold: Hold, samples: list[StackSample]) -> tuple[str, str] | None:
    """What held the loop then, and the line; None where no sample came near it."""
    near = [sample for sample in samples if hold.begin < sample.at_ns < hold.end + 2 * EDGE_NS]
    if not near:
        return None
    within = [sample for sample in near if hold.begin + EDGE_NS < sample.at_ns < hold.end - EDGE_NS]
    own = Counter(sample.own for sample in within or near).most_common(1)[0][0]
    if hold.cpu < hold.held / 2:
        return Holder.BLOCKING, own
    if len(within) < max(hold.held / 20e6, 1):
        return Holder.C_WITH_GIL, own
    # While C code runs its caller stays at one instruction. Bytecode lets others run at the ends of loops.
    (one, *others) = {sample.instruction for sample in within}
    return (Holder.PYTHON if others or one[2].startswith(OF_BYTECODE) else Holder.C), own
