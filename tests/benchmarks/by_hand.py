"""The harness against scripts written by hand, interleaved: their speed-ups must be the same.

    python -m tests.benchmarks.by_hand [BLOCKS] [WORKLOAD ...]

In each block every pair of workload and model runs twice in fresh processes, in random order: as a cell of the
harness, and as a script that anybody would write (``by_hand_script``), in batches of which start and tail are a
small part. For each pair it prints the time of a task and the speed-up over sync both ways, and the one speed-up by
the other with its interval. What scatters more from process to process is measured more often: computing in Python
varies by 3 % there, so that it takes 64 processes until the quotient of four of them is known to 1 %. The figure of a
block is the mean of its processes: where something else disturbs a few of them, the median of many short batches is
lower than that of a few long ones. A minute or two a block.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean, median

from bench.analysis.statistics import LEVEL
from bench.analysis.verdicts import estimate_ratio
from bench.core.cell import Cell
from bench.core.observation import Observation
from bench.core.runner import RUNNERS
from bench.core.workload import Workload
from bench.execution.cell import package_links, run_cell
from bench.execution.run import hosts_of
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.watchdog import Watchdog
from bench.findings.text.figures import interval, times
from bench.planning.options import Options
from bench.planning.sizing import Pilot, size, usual_concurrency
from bench.planning.study import CellRequest
from bench.worker.request import Request
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.http_fetch import Httpx
from workloads.sleep import Sleep

SCRIPT = Path(__file__).with_name("by_hand_script.py")
WORKLOADS: dict[str, tuple[Workload, Pilot]] = {
    "sleep": (Sleep(), Pilot(0.02, 0.0001)),
    "http": (Httpx(), Pilot(0.0215, 0.001)),
    "cpu-python": (CpuPython(), Pilot(0.016, 0.016)),
    "cpu-native": (CpuNative(), Pilot(0.015, 0.015)),
}
MODELS = ("sync", "threading", "multiprocessing", "asyncio")
CORES = 2
BLOCKS = 8
REPEATS = {"sleep": 1, "http": 2, "cpu-python": 8, "cpu-native": 1}  # in each block
LASTS_S = {"sleep": 3.0, "http": 6.0, "cpu-python": 1.0, "cpu-native": 2.0}  # a batch by hand


def cell_of(workload: Workload, pilot: Pilot, model: str, python: str) -> Cell:
    """The cell that a default run would measure."""
    runner = RUNNERS.get(model)
    in_flight = usual_concurrency(workload, CORES)
    request = CellRequest(
        workload, runner, 1 if runner.one_at_a_time else in_flight, window=in_flight, study="main"
    )
    return size(request, pilot, python=python, cores=CORES, gil=True).cell


def by_hand(workload: str, model: str, concurrency: int, url: str) -> float:
    """Seconds per task."""
    words = [sys.executable, str(SCRIPT), workload, model, str(concurrency), url, str(LASTS_S[workload])]
    return float(json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout))


def main(blocks: int, chosen: Sequence[str]) -> None:
    with Watchdog() as watchdog, package_links(watchdog) as links:
        services = Services(starters(watchdog, mongo_uri=None, mongod=None, delay=0.0))
        (host,) = hosts_of(Options(), links)
        url = f"{services.addresses(('http',))['http']['url']}/item/1?delay=0.02&size=1024"
        seconds: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        for block in range(blocks):
            names = [name for name in chosen for _ in range(REPEATS[name])]
            random.shuffle(names)
            for name in names:
                workload, pilot = WORKLOADS[name]
                ways = [(model, way) for model in MODELS for way in ("harness", "hand")]
                random.shuffle(ways)
                for model, way in ways:
                    cell = cell_of(workload, pilot, model, host.python.name)
                    if way == "hand":
                        seconds[name, model, way].append(by_hand(name, model, cell.concurrency, url))
                        continue
                    request = Request(block, cell, services.addresses(workload.services))
                    seen = run_cell(request, host, links, watchdog, 60)
                    assert isinstance(seen, Observation), seen
                    seconds[name, model, way].append(seen.seconds_per_task)
            print(f"block {block + 1} of {blocks}", file=sys.stderr)
        services.close()
    print(
        f"{'workload':12} {'model':16} ms/task: harness  by hand  speed-up: harness  by hand"
        f"  harness / by hand ({LEVEL:.0%})"
    )
    for name in chosen:
        report(name, "sync", seconds)
        for model in MODELS[1:]:
            report(name, model, seconds)


def in_blocks(name: str, seconds: Sequence[float]) -> list[float]:
    """The mean of each block."""
    each = REPEATS[name]
    return [fmean(seconds[first : first + each]) for first in range(0, len(seconds), each)]


def report(name: str, model: str, seconds: Mapping[tuple[str, str, str], Sequence[float]]) -> None:
    """Print the line of a pair."""
    ms = {way: 1e3 * median(seconds[name, model, way]) for way in ("harness", "hand")}
    line = f"{name:12} {model:16} {ms['harness']:16.3f} {ms['hand']:8.3f}"
    if model != "sync":
        means = {key: in_blocks(name, values) for key, values in seconds.items() if key[0] == name}
        both = {
            way: [s / m for s, m in zip(means[name, "sync", way], means[name, model, way], strict=True)]
            for way in ms
        }
        ours, theirs = (estimate_ratio(both[way]).median for way in ms)
        apart = estimate_ratio([a / b for a, b in zip(both["harness"], both["hand"], strict=True)])
        line += f" {times(ours):>18} {times(theirs):>8}"
        line += f"  {apart.median:.3f} ({interval(apart, lambda value: f'{value:.3f}')})"
    print(line)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else BLOCKS, sys.argv[2:] or list(WORKLOADS))
