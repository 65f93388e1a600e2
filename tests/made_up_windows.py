"""Runs whose cells kept the spans of their tasks."""

from __future__ import annotations

from dataclasses import replace

from bench.core.cell import Cell
from bench.core.observation import Observation, Window
from bench.core.run import Run

LENGTH_US = {"sync": 20_000, "threading": 21_000, "multiprocessing": 23_000, "asyncio": 20_500}


def with_windows(run: Run, *, most: int = 5_000, length_us: int = 0) -> Run:
    """The run with a window in each first observation of a cell; ``length_us``: how long every task is."""
    seen: set[str] = set()
    observations = []
    for observation in run.observations:
        cell = run.plan.cell[observation.key]
        first = cell.key not in seen and cell.study != "calibration"
        seen.add(cell.key)
        observations.append(_kept(observation, cell, most, length_us) if first else observation)
    return replace(run, observations=observations)


def _kept(observation: Observation, cell: Cell, most: int, length_us: int) -> Observation:
    length = length_us or LENGTH_US.get(cell.runner, 22_000)
    numbers = range(min(observation.n, most))
    slots = [number % cell.concurrency for number in numbers]
    starts = [
        number // cell.concurrency * (length + 70) + slot * 13
        for number, slot in zip(numbers, slots, strict=True)
    ]
    # An event loop is one worker with all of them under way.
    worker = [0 if "asyncio" in cell.runner else slot for slot in slots]
    return replace(observation, window=Window(starts, [length for _ in numbers], worker))


def full(run: Run) -> Run:
    """The run with so many short tasks in each batch that no page could hold all of them."""
    many = [replace(each, n=20_000) for each in run.observations]
    return with_windows(replace(run, observations=many), length_us=900)
