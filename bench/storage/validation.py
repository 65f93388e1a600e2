"""Validation of plans and figures that somebody else may have written; the analysis relies on it."""

from collections.abc import Iterator, Mapping

from bench.core.cell import CALIBRATION, Cell, Scalar
from bench.core.demo_outcome import Outcome
from bench.core.observation import Observation, Window
from bench.core.run import Plan

LARGEST = 2**53  # no figure of a run comes near; beyond it floats lose whole numbers
SHORTEST_S = 1e-9  # of a batch: no clock tells less
MOST_BLOCKS = 1000
MOST_CELLS = 10_000
MOST_NAMES = 1000  # of workloads, of runners
MOST_INTERPRETERS = 100
MOST_IN_FLIGHT = 1_000_000
MOST_SPANS = 20_000  # kept of a cell; four times what is kept
MOST_EVENTS = 20_000  # of a demo
LAST_BUCKET = 2048  # of a latency's histogram: some hundred years


def impossible_plan(plan: Plan) -> str | None:
    """What is wrong with a plan; None if nothing is."""
    return next(_wrong_with_plan(plan), None)


def impossible(seen: Observation, cell: Cell) -> str | None:
    """What is wrong with an observation of the cell; None if nothing is."""
    return next(_wrong_with(seen, cell), None)


def impossible_outcome(outcome: Outcome) -> str | None:
    """What is wrong with a demo's outcome; None if nothing is."""
    if len(outcome.events) > MOST_EVENTS:
        return f"it has {len(outcome.events):,} events"
    figures = [outcome.makespan_s, *(event.at_s for event in outcome.events), *_numbers(outcome.values)]
    return None if all(-LARGEST < figure < LARGEST for figure in figures) else "its figures are out of range"


def _wrong_with_plan(plan: Plan) -> Iterator[str]:
    many = {
        "cells": (len(plan.cells), 0, MOST_CELLS),
        "interpreters": (len(plan.interpreters), 1, MOST_INTERPRETERS),
        "workloads": (len(plan.workloads), 0, MOST_NAMES),
        "runners": (len(plan.runners), 0, MOST_NAMES),
        "blocks": (plan.blocks, 1, MOST_BLOCKS),
    }
    for what, (count, least, most) in many.items():
        if not least <= count <= most:
            yield f"it has {_shown(count)} {what}, and {least} to {most:,} can be read"
    for what, names in {
        "an interpreter": [python.name for python in plan.interpreters],
        "a workload": [workload.label for workload in plan.workloads],
    }.items():
        if len(set(names)) < len(names):
            yield f"it describes {what} twice"
    known = {workload.label for workload in plan.workloads}
    for cell in plan.cells:
        if cell.study != CALIBRATION and cell.workload not in known:
            yield f"its cells name the workload {cell.workload[:40]!r}, which it does not describe"
        for wrong in _wrong_with_cell(cell):
            yield f"a cell of {cell.workload[:40]!r} under {cell.runner[:40]!r} has {wrong}"
    if not all(0 < number <= MOST_BLOCKS for number in (*plan.seldom.values(), *plan.settled.values())):
        yield "its cells are in impossible blocks"
    if not 0 < plan.threshold <= 10:
        yield f"its threshold is {plan.threshold}"
    if plan.machine.cores < 1:
        yield f"its machine has {_shown(plan.machine.cores)} cores"
    figures = [plan.machine.cores, plan.machine.quota, plan.machine.memory, plan.machine.load, plan.budget_s]
    figures += [*plan.expected_s.values(), *(workload.wait_s for workload in plan.workloads)]
    if not all(figure is None or 0 <= figure < LARGEST for figure in figures):
        yield "its figures are out of range"


def _wrong_with_cell(cell: Cell) -> Iterator[str]:
    if not 1 <= cell.concurrency <= MOST_IN_FLIGHT:
        yield f"{_shown(cell.concurrency)} tasks in flight"
    if not 1 <= cell.n < LARGEST:
        yield f"{_shown(cell.n)} tasks"
    if not all(-LARGEST < value < LARGEST for value in _numbers(cell.spec.params | cell.options)):
        yield "parameters out of range"


def _wrong_with(seen: Observation, cell: Cell) -> Iterator[str]:
    for part in (seen, seen.parts, *seen.services.values()):
        for name, value in vars(part).items() if part else ():
            if isinstance(value, int | float) and not 0 <= value < LARGEST:
                yield f"{name} is {_shown(value)}"
    if not all(0 <= value < LARGEST for value in seen.figures.values()):
        yield "its figures are out of range"
    if cell.procedure == "batch" and not (seen.wall_s >= SHORTEST_S and seen.n > 0):
        yield f"{seen.n} tasks in {seen.wall_s} s"
    if seen.steady_s is not None and seen.steady_s < SHORTEST_S:
        yield f"a task takes {seen.steady_s} s"
    if not all(_is_bucket(name) and 0 < count < LARGEST for name, count in seen.latencies.items()):
        yield "its latencies are not a histogram"
    for lane in seen.lanes:
        spans = (lane.ran_from_us, lane.ran_us, lane.queued_from_us, lane.queued_us)
        ran, ran_for, queued, queued_for = map(len, spans)
        if ran != ran_for or queued != queued_for or not 0 < ran <= MOST_SPANS or queued > MOST_SPANS:
            yield f"its lanes do not fit together, or have none or more than {MOST_SPANS:,} spans"
        if not all(0 <= value < LARGEST for values in spans for value in values):
            yield "its lanes are out of range"
    if seen.window:
        yield from _wrong_with_window(seen.window)


def _wrong_with_window(window: Window) -> Iterator[str]:
    spans = len(window.worker)
    if not len(window.start_us) == len(window.length_us) == spans <= MOST_SPANS:
        yield f"its spans do not fit together, or are more than {MOST_SPANS:,}"
    if not all(0 <= value < LARGEST for value in (*window.start_us, *window.length_us)):
        yield "its spans are out of range"
    if not all(0 <= who < spans for who in window.worker):  # they are numbered as they appear
        yield "its workers are out of range"


def _is_bucket(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= 4 and int(name) <= LAST_BUCKET


def _numbers(values: Mapping[str, Scalar]) -> list[int | float]:
    return [value for value in values.values() if not isinstance(value, str)]


def _shown(value: float) -> str:
    return str(value)[:40]
