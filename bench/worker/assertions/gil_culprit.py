"""What holds the GIL, and in which line: another thread asks for the GIL again and again and looks, each time
that it gets it, where the function is.

A pass of its own, with a short switch interval: bytecode gives the GIL up when that is over, C code does not.
"""

from __future__ import annotations

from collections import defaultdict

from bench.worker.assertions import Call, Facts, repeated
from bench.worker.frames import OF_BYTECODE, Holder
from bench.worker.sampler import SWITCH_S, Sample
from bench.worker.switch_interval import switching_every
from bench.worker.ticker import waited_beside

SECONDS = 0.1  # of calls, at least one
IN_C_S = 2 * SWITCH_S  # longer than that waits for C code alone


def observe(call: Call) -> list[Facts]:
    """One observation: ``value`` is the number of waits that were seen, ``holder`` and ``line`` are those of
    most of the time that they took, "" where there were none."""
    repeated(call, 0)  # the first call imports
    with switching_every(SWITCH_S):
        samples = waited_beside(lambda: repeated(call, SECONDS)).samples
    waits: dict[tuple[str, str], float] = defaultdict(float)  # seconds
    for sample in samples:
        waits[_holder(sample), sample.line] += sample.late_s
    holder, line = max(waits, key=waits.__getitem__, default=("", ""))
    return [{"value": len(samples), "holder": holder, "line": line}]


def _holder(sample: Sample) -> Holder:
    _, _, operation = sample.instruction
    in_c = sample.late_s > IN_C_S and not operation.startswith(OF_BYTECODE)
    return Holder.C_WITH_GIL if in_c else Holder.PYTHON
