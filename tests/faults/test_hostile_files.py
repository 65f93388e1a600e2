"""Thousands of spoiled run folders: each is read, or a sentence says what is wrong with it. No traceback, no
hang, nothing run, nothing written elsewhere, nothing in what is shown that does more than show.

    python -m pytest tests/faults/test_hostile_files.py --files 100000

A failure names its seed; ``--files 1 --files-from SEED`` does it again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.errors import UserError
from bench.records import Run
from bench.store import DEMOS, OBSERVATIONS, PLAN, load_run
from tests.faults.spoiled import Files, files_of, small, spoiled, write
from tests.faults.uses import use, within

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
USED = 100  # one in so many is read by every command
READ_WITHIN_S, USED_WITHIN_S = 5, 30  # of computing, for one: far more than it takes


@pytest.fixture(scope="module")
def tiny() -> dict[str, bytes]:
    return small(files_of(SAMPLE), cells=2, blocks=2, demos=1, spans=5).written()


@pytest.fixture(scope="module")
def studies() -> Files:
    """A run with cells of every study, on two interpreters."""
    return files_of(Path(__file__).parent / "studies")


@pytest.fixture
def first(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--files-from"))


@pytest.fixture
def count(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--files"))


@contextlib.contextmanager
def seeded(seed: int, seconds: float) -> Iterator[None]:
    """Whatever happens within but UserError fails the test, with its seed."""
    try:
        with within(seconds), contextlib.suppress(UserError):
            yield
    except Exception as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error


@pytest.mark.timeout(3600)
def test_what_is_spoiled_is_read_or_told(
    tiny: dict[str, bytes], first: int, count: int, tmp_path: Path
) -> None:
    read = 0
    for seed in range(first, first + count):
        write(spoiled(tiny, seed), tmp_path)
        with seeded(seed, READ_WITHIN_S):
            load_run(tmp_path)
            read += 1
    assert count < 1000 or count / 10 < read < count * 0.9  # spoiled, and not beyond all recognition
