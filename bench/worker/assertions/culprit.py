"""What held an event loop, and in which line: another thread samples the loop's stack meanwhile.

A pass of its own: sampling takes the GIL from the loop for moments. A sample that finds the loop held tells
the line; that none could be taken in the midst of a hold tells that the GIL was held, too.
"""

from __future__ import annotations

import dis
import sys
import sysconfig
import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from types import FrameType

from bench.worker.assertions import Call, Facts
from bench.worker.assertions.loop import Hold, Ticks, tick_for

SAMPLE_S = 0.5e-3
SWITCH_S = 0.5e-3  # so that the samples get the GIL soon, where bytecode holds it
CALLS = 3
EDGE_NS = 1_000_000  # at both ends of a hold: a sample there may be one before or after it
OF_BYTECODE = ("JUMP", "RESUME", "POP_JUMP")
PACKAGES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))


class Holder(StrEnum):
    """What kind of code holds the loop."""

    BLOCKING = "a blocking call"
    PYTHON = "computing in Python"
    C_WITH_GIL = "C code that holds the GIL"
    C = "C code that releases the GIL"


@dataclass(frozen=True)
class StackSample:
    """A moment, and where the loop's thread was: the innermost instruction, and the innermost line that is
    the user's own."""

    at_ns: int
    instruction: tuple[str, int, str]  # function, place, operation
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
                frame = sys._current_frames().get(self.ident_of_loop)
                if frame is not None:
                    self.found.append(StackSample(at, _instruction(frame), _line(_own(frame))))


def _own(frame: FrameType) -> FrameType:
    """The innermost frame that is of no installed package; else the innermost."""
    found: FrameType | None = frame
    while found is not None and found.f_code.co_filename.startswith((*PACKAGES, "<")):
        found = found.f_back
    return found or frame


def _instruction(frame: FrameType) -> tuple[str, int, str]:
    code = frame.f_code
    return code.co_qualname, frame.f_lasti, dis.opname[code.co_code[frame.f_lasti]]


def _line(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"


async def observe(call: Call, longest_s: float) -> list[Facts]:
    """One observation: ``value`` is the number of holds that were seen, ``holder`` and ``line`` are those of
    most of them, "" where none was seen."""
    await call()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    holds: list[Hold] = []
    samples: list[StackSample] = []
    try:
        for _ in range(CALLS):
            ticks = Ticks(tick_for(longest_s), round(longest_s * 1e9))
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
