"""Short pieces of work, and when each ended: what shows who ran when."""

import hashlib
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import Workload, param
from bench.core.run_queue import RunQueue
from workloads.cpu_python import churn

ROUNDS = 1_200  # of a piece of Python: some 50 us
BUFFER = bytes(1 << 20)  # of a piece of hashing: about 1 ms
REST_S = 0.02
USUAL_OF = 5  # pieces that tell how long one takes
GAP, LEAST_GAP_NS = 5, 200_000  # a piece that took so many times as long was interrupted
MOST_PIECES = 50_000

Span = tuple[int, int]  # ns, CLOCK_MONOTONIC
Lane = tuple[int, list[Span], list[Span]]  # which worker; when it ran, and when it waited for a core

SEEN: list[Lane] = []
"""What the tasks of this process's batches returned: ``check`` sees it, and nothing else keeps it."""


@dataclass(frozen=True)
class Pieces(Workload):
    """Pieces of work for a while, and when each of them ended."""

    work: str = param("python", "what a piece does: python, hash or wait")
    lasts: float = param(0.12, "seconds of a task", minimum=0.001, maximum=60)

    name = "turns"
    family = "turns"
    bound = "cpu"
    flavours = frozenset({"sync", "asyncio"})
    in_all = False

    def task(self, session: Any, i: int) -> Lane:
        if self.work == "wait":
            return i, rested(self.lasts), []
        piece = hash_piece if self.work == "hash" else python_piece
        return i, *worked(piece, self.lasts)

    def check(self, result: Any, i: int) -> int:
        SEEN.append(result)
        return int(result[0])


def python_piece() -> None:
    churn(1, ROUNDS)


def hash_piece() -> None:
    hashlib.sha256(BUFFER)


def rested(seconds: float) -> list[Span]:
    """When it ran between waits, as a task of an I/O-bound program does."""
    end = time.perf_counter_ns() + round(seconds * 1e9)
    ran = []
    while (begin := time.perf_counter_ns()) < end:
        python_piece()
        ran.append((begin, time.perf_counter_ns()))
        time.sleep(min(REST_S, max(end - time.perf_counter_ns(), 0) / 1e9))
    return ran


def worked(piece: Callable[[], None], seconds: float) -> tuple[list[Span], list[Span]]:
    """When it ran piece after piece, and when it waited for a core: the run queue is read where a piece took
    much longer than usual, without releasing the GIL, which would end the turn."""
    now = time.perf_counter_ns
    usual = 1 << 62
    for _ in range(USUAL_OF):
        begin = now()
        piece()
        usual = min(usual, now() - begin)
    longest = max(GAP * usual, LEAST_GAP_NS)
    ended, queued = array("q", bytes(8 * MOST_PIECES)), {}
    with RunQueue() as queue:
        last = begin = now()
        end, n, waited = begin + round(seconds * 1e9), 0, queue.waited_ns()
        while last < end and n < MOST_PIECES:
            piece()
            before, last = last, now()
            ended[n] = last
            if last - before > longest:
                waited, already = queue.waited_ns(), waited
                queued[n] = waited - already
            n += 1
    return spans(ended[:n], queued, begin, usual, longest)


def spans(
    ended: "array[int]", queued: dict[int, int], begin: int, usual: int, longest: int
) -> tuple[list[Span], list[Span]]:
    """The spans between the gaps; of a gap that the run queue explains, it is the one for a core."""
    ran: list[Span] = []
    for_core: list[Span] = []
    start = last = begin
    for number, moment in enumerate(ended):
        if moment - last > longest:
            resumed = max(moment - usual, last)
            ran.append((start, last))
            if queued.get(number, 0) > (resumed - last) / 2:
                for_core.append((last, resumed))
            start = resumed
        last = moment
    return [*ran, (start, last)], for_core
