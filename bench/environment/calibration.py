"""The calibration cell: it measures the effective cores, whatever is measured beside it."""

from __future__ import annotations

from bench.core.records import CALIBRATION, Cell, Spec

ROUNDS = 3  # where what is measured beside it takes long enough


def calibration_cell(python: str, cores: int, rounds: int = ROUNDS) -> Cell:
    """The cell that measures the effective cores: one in each block, whatever is measured beside it."""
    return Cell(
        python, CALIBRATION, Spec(""), "sync", cores, rounds, study=CALIBRATION, procedure="calibration"
    )
