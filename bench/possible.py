"""What no run could hold, in words: figures and plans that somebody else wrote.

What analyses a run may rely on what passes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from bench.outcome import Outcome, Scalar
from bench.records import Cell, Failure, Observation, Plan

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
    """What is wrong with a plan, or None."""
    machine = plan.machine
    many = {
        "cells": (len(plan.cells), MOST_CELLS),
        "interpreters": (len(plan.interpreters), MOST_INTERPRETERS),
        "workloads": (len(plan.workloads), MOST_NAMES),
        "runners": (len(plan.runners), MOST_NAMES),
        "blocks": (plan.blocks, MOST_BLOCKS),
    }
    for what, (count, most) in many.items():
        if not 0 <= count <= most:
            return f"it has {_shown(count)} {what}, and at most {most:,} can be read"
    if not plan.interpreters or plan.blocks < 1:
        return f"it has no {'blocks' if plan.interpreters else 'interpreter'}"
    for what, names in {
        "interpreter": [python.name for python in plan.interpreters],
        "workload": [workload.label for workload in plan.workloads],
    }.items():
        if len(set(names)) < len(names):
            return f"it describes the {what} {_twice(names)[:40]!r} twice"
    known = {workload.label for workload in plan.workloads}
    for cell in plan.cells:
        if cell.study != "calibration" and cell.workload not in known:
            return f"its cells name the workload {cell.workload[:40]!r}, which it does not describe"
        wrong = _wrong_cell(cell)
        if wrong:
            return f"a cell of {cell.workload[:40]!r} under {cell.runner[:40]!r} has {wrong}"
    if not 0 < plan.threshold <= 10:
        return f"its threshold is {plan.threshold}"
    figures = {
        "machine's cores": machine.cores - 1,
        "machine's memory": machine.memory,
        "load": machine.load,
        "budget": plan.budget_s,
        "waits": max((workload.wait_s for workload in plan.workloads), key=_badness, default=0.0),
        "expected seconds": max(plan.expected_s.values(), key=_badness, default=0.0),
    }
    for name, figure in figures.items():
        if figure is not None and not 0 <= figure < LARGEST:
            return f"its {name} cannot be"
    return None


def impossible(record: Observation | Failure, plan: Plan) -> str | None:
    """What no measurement of the plan could have given, or None."""
    if not 0 <= record.block < plan.blocks:
        return f"block is {_shown(record.block)}, and the plan has {plan.blocks}"
    if isinstance(record, Failure):
        return None
    timed = plan.cell[record.key].procedure == "batch"
    wrong = _out_of_range(record, [each.name for each in fields(record)])
    if wrong:
        return wrong
    if not all(0 <= value < LARGEST for value in record.figures.values()):
        return "its figures are out of range"
    if timed and not (record.wall_s >= SHORTEST_S and record.n > 0):
        return f"{record.n} tasks in {record.wall_s} s"
    if not all(_is_bucket(name) and 0 < count < LARGEST for name, count in record.latencies.items()):
        return "its latencies are no histogram"
    for part in (record.parts, *record.services.values()):
        wrong = part and _out_of_range(part, [each.name for each in fields(part)])
        if wrong:
            return wrong
    return _wrong_window(record)


def impossible_outcome(outcome: Outcome) -> str | None:
    """What no demo could have come to, or None."""
    if len(outcome.events) > MOST_EVENTS:
        return f"it has {len(outcome.events):,} events"
    figures = [outcome.makespan_s, *(event.at_s for event in outcome.events), *_numbers(outcome.values)]
    return None if all(-LARGEST < figure < LARGEST for figure in figures) else "its figures are out of range"


def _out_of_range(record: object, names: Iterable[str]) -> str | None:
    for name in names:
        value = getattr(record, name)
        if isinstance(value, int | float) and not 0 <= value < LARGEST:
            return f"{name} is {_shown(value)}"
    return None


def _wrong_cell(cell: Cell) -> str | None:
    if not 1 <= cell.concurrency <= MOST_IN_FLIGHT:
        return f"{_shown(cell.concurrency)} tasks in flight"
    if not 1 <= cell.n < LARGEST:
        return f"{_shown(cell.n)} tasks"
    if not all(-LARGEST < value < LARGEST for value in _numbers(cell.spec.params | cell.options)):
        return "parameters out of range"
    return None


def _wrong_window(seen: Observation) -> str | None:
    window = seen.window
    if window is None:
        return None
    spans = {len(window.start_us), len(window.length_us), len(window.worker)}
    if len(spans) > 1 or max(spans) > MOST_SPANS:
        return (
            "its spans do not fit together" if len(spans) > 1 else f"it kept more than {MOST_SPANS:,} spans"
        )
    if not all(0 <= value < LARGEST for value in (*window.start_us, *window.length_us)):
        return "its spans are out of range"
    workers = len(window.worker)  # at most: they are numbered as they appear
    return None if all(0 <= who < workers for who in window.worker) else "its workers are out of range"


def _is_bucket(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= 4 and int(name) <= LAST_BUCKET


def _numbers(values: Mapping[str, Scalar]) -> list[int | float]:
    return [value for value in values.values() if not isinstance(value, str)]


def _badness(figure: float) -> float:
    return figure if figure >= 0 else LARGEST


def _twice(names: list[str]) -> str:
    return next(name for place, name in enumerate(names) if name in names[:place])


def _shown(value: float) -> str:
    return str(value)[:40]
