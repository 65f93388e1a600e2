"""What holds the GIL, and in which line: another thread asks for the GIL again and again and looks, each time
that it gets it, where the function is.

A pass of its own, with a short switch interval: bytecode gives the GIL up when that is over, C code does not.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict

from bench.core.run_queue import RunQueue
from bench.worker.assertions import Call, Facts, repeated
from bench.worker.frames import OF_BYTECODE, Holder, where

SECONDS = 0.1  # of calls, at least one
SAMPLE_S = 0.5e-3
SWITCH_S = 0.5e-3
IN_C_S = 2 * SWITCH_S  # longer than that waits for C code alone


def observe(call: Call) -> list[Facts]:
    """One observation: ``value`` is the number of waits that were seen, ``holder`` and ``line`` are those of
    most of the time that they took, "" where there were none."""
    repeated(call, 0)  # the first call imports
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    thread = threading.Thread(target=repeated, args=(call, SECONDS), daemon=True)
    waits: dict[tuple[str, str], float] = defaultdict(float)  # seconds
    number = 0
    try:
        thread.start()
        with RunQueue() as queue:
            while thread.is_alive():
                queued, begin = queue.waited_ns(), time.perf_counter()
                time.sleep(SAMPLE_S)
                for_core = (queue.waited_ns() - queued) / 1e9
                late = time.perf_counter() - begin - SAMPLE_S - for_core
                if late > SWITCH_S / 2 and (seen := where(thread.ident)) is not None:
                    (_, _, operation), line = seen
                    in_c = late > IN_C_S and not operation.startswith(OF_BYTECODE)
                    waits[Holder.C_WITH_GIL if in_c else Holder.PYTHON, line] += late
                    number += 1
    finally:
        sys.setswitchinterval(usual)
    holder, line = max(waits, key=waits.__getitem__, default=("", ""))
    return [{"value": number, "holder": holder, "line": line}]
