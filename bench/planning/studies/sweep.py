"""Sweep: throughput, latency, CPU and memory against the tasks in flight."""

import math
from dataclasses import replace

from bench.core.workload import Workload
from bench.planning.study import FEWEST_BLOCKS, CellRequest, Study, StudyScope
from workloads.http_fetch import Aiohttp, Httpx

CONCURRENCIES = tuple(2**k for k in range(11))
# What a default run has time for: threads and the loop with one client, and the loop's fastest of the two.
SHORT_CONCURRENCIES = (1, 4, 64, 256)  # with 16 of the comparison
SHORT_LONGEST_S = 2.5
SHORT: tuple[tuple[Workload, str], ...] = (
    (Httpx(), "threading"),
    (Httpx(), "asyncio"),
    (Aiohttp(), "asyncio"),
)
LONGEST_S = 12.0  # of a cell, unless its level was asked for: beyond it a model has told its story
WAVES = 4  # fewer would measure how a batch begins and ends
PILOT_CONCURRENCY = 64


class Sweep(Study):
    name = "sweep"
    title = "Scaling"
    question = "How many tasks in flight can each model sustain, and where does one pass another?"
    place = 40
    in_all = True
    blocks = FEWEST_BLOCKS
    blocks_in_all = 4
    takes_workloads = True
    takes_concurrencies = True
    how = """
        The same closed-loop batch at each number of tasks in flight, with at least four full
        windows of tasks; the plain loop once, with one in flight. The limit is max((w + p) / c, p /
        min(c, cores)) seconds per task, where w is the requested wait, c the tasks in flight, and p
        the least CPU time per task of any model of the family in the block. A model passes another
        at the point from which its throughput stays ahead by more than the threshold. That point is
        found in each block separately, from a rising fit through all levels (isotonic median
        regression of the ratio), interpolated on logarithmic axes. The fit is the Universal
        Scalability Law (Gunther), shown only where every measured level lies within 15 % of it; its
        peak is named only if it lies between measured levels. A level whose batch would take longer
        than 12 seconds is left out, and listed. A default run has a short form, in four blocks:
        HTTP under threads and asyncio with the same client, and under asyncio with aiohttp, at up
        to five levels, those that take no longer than 2.5 seconds.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        if scope.quick:
            return [
                CellRequest(
                    workload,
                    runner,
                    concurrency,
                    waves=WAVES,
                    pilot_concurrency=PILOT_CONCURRENCY,
                    longest_s=SHORT_LONGEST_S,
                )
                for workload, name in SHORT
                if (runner := scope.runner(name))
                for concurrency in SHORT_CONCURRENCIES
            ]
        cells = []
        for workload in scope.workloads or (Httpx(), Aiohttp()):
            for runner in scope.runners:
                if runner.flavour not in workload.flavours:
                    continue
                most = min(runner.most, scope.cores) if runner.task_per_core else runner.most
                concurrencies = scope.concurrencies or [each for each in CONCURRENCIES if each <= most]
                if runner.one_at_a_time:
                    cells.append(CellRequest(workload, runner, 1))
                    continue
                first = CellRequest(
                    workload,
                    runner,
                    1,
                    waves=WAVES,
                    pilot_concurrency=min(PILOT_CONCURRENCY, max(concurrencies)),
                    longest_s=math.inf if scope.concurrencies else LONGEST_S,
                )
                cells += [replace(first, concurrency=concurrency) for concurrency in concurrencies]
        return cells
