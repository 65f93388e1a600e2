"""Thousands of spoiled run folders: each is read, or a sentence says what is wrong with it. No traceback, no
hang, nothing run, nothing written elsewhere, nothing in what is shown that does more than show.

    python -m pytest tests/faults/test_hostile_files.py --files 100000

A failure names its seed; ``--files 1 --files-from SEED`` does it again.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import UserError
from bench.core.run import Run
from bench.storage.run_folder import DEMOS, OBSERVATIONS, PLAN, RunFolder, load_run
from tests.faults.spoiled import Files, files_of, small, spoiled, write
from tests.faults.uses import PARTS, use, within
from tests.made_up_builds import FREE, GIL, NOW, THEN, USUAL, builds_run, with_calibration
from tests.made_up_studies import studies_run

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
USED = 400  # one in so many is used by the commands that read a run
READ_WITHIN_S, USED_WITHIN_S = 5, 60  # of computing, for one: far more than it takes


@pytest.fixture(scope="module")
def tiny() -> dict[str, bytes]:
    return small(files_of(SAMPLE), cells=1, blocks=2, demos=1, spans=5).written()


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


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", ["comparison", "builds", "revisions", "studies"])
def test_what_is_not_spoiled_can_be_used(kind: str, part: int, tmp_path: Path) -> None:
    folder = tmp_path / "top" / "run"
    folder.mkdir(parents=True)
    write(BASES[kind](tmp_path / "base"), folder)
    use(folder, load_run(folder), part)


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("kind", ["comparison", "builds", "revisions", "studies"])
def test_what_can_be_read_can_be_used(kind: str, first: int, count: int, tmp_path: Path) -> None:
    folder = tmp_path / "top" / "run"
    folder.mkdir(parents=True)
    base = BASES[kind](tmp_path / "base")
    write(base, folder)
    other = load_run(folder)
    used, seed = 0, first
    while used < count / USED / len(BASES):
        empty(folder)
        write(spoiled(base, seed, bytes_too=False), folder)
        with seeded(seed, USED_WITHIN_S):
            use(folder, other, seed % PARTS)
            used += 1
        assert {each.name for each in folder.parent.iterdir()} <= {"run", "index.html"}, f"seed {seed}"
        assert all(each.is_file() for each in folder.iterdir()), f"seed {seed}"
        seed += 1


def empty(folder: Path) -> None:
    for each in folder.iterdir():
        each.unlink()


def comparison_of(_: Path) -> dict[str, bytes]:
    return small(files_of(SAMPLE), cells=8, blocks=2, demos=2).written()


def builds_of(parent: Path) -> dict[str, bytes]:
    return saved(with_calibration(builds_run((GIL, USUAL, 1.0), (FREE, USUAL, 1.2), blocks=2)), parent)


def revisions_of(parent: Path) -> dict[str, bytes]:
    return saved(builds_run((THEN, USUAL, 1.0), (NOW, USUAL, 1.2), blocks=2), parent)


def studies_of(parent: Path) -> dict[str, bytes]:
    return small(files_of_saved(studies_run(), parent), cells=6, blocks=2).written()


BASES: dict[str, Callable[[Path], dict[str, bytes]]] = {
    "comparison": comparison_of,
    "builds": builds_of,
    "revisions": revisions_of,
    "studies": studies_of,
}


def files_of_saved(run: Run, parent: Path) -> Files:
    folder = RunFolder.create(parent, run.plan)
    for record in (*run.observations, *run.failures):
        folder.append(record)
    folder.finish("done")
    return files_of(folder.path)


def saved(run: Run, parent: Path) -> dict[str, bytes]:
    return files_of_saved(run, parent).written()


def test_each_place_of_a_cut_costs_the_line_that_is_cut(
    tiny: dict[str, bytes], full: bool, tmp_path: Path
) -> None:
    lines = sorted(tiny[OBSERVATIONS].splitlines(keepends=True), key=len)
    whole = b"".join(lines[:3])
    for cut in range(0, len(whole) + 1, 1 if full else 7):
        write({**tiny, OBSERVATIONS: whole[:cut]}, tmp_path)
        assert len(load_run(tmp_path).observations) == whole[:cut].count(b"\n")


def test_each_place_of_a_cut_in_the_plan_is_told(tiny: dict[str, bytes], tmp_path: Path) -> None:
    for cut in range(0, len(tiny[PLAN]), 7):
        write({**tiny, PLAN: tiny[PLAN][:cut]}, tmp_path)
        with pytest.raises(UserError, match="is not a run"):
            load_run(tmp_path)


@pytest.mark.parametrize("name", [PLAN, OBSERVATIONS, DEMOS])
def test_any_bytes_are_read_or_told(tiny: dict[str, bytes], name: str, full: bool, tmp_path: Path) -> None:
    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(KEYS), inner),
    )

    @given(st.binary() | json_like.map(lambda value: json.dumps(value).encode() + b"\n"))
    @settings(deadline=None, max_examples=200 if full else 60)
    def check(text: bytes) -> None:
        write({**tiny, name: text}, tmp_path)
        with contextlib.suppress(UserError):
            load_run(tmp_path)

    check()


KEYS = ["schema", "observation", "failure", "block", "key", "cells", "versions", "window", "events"]
