"""Run folders: what is written comes back; what is not a run is rejected."""

from __future__ import annotations

import errno
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import FileIO
from pathlib import Path

import pytest

from bench.core.demo_outcome import Outcome
from bench.core.errors import UserError
from bench.core.observation import Failure, Stage, Window, WorkerLane
from bench.report.html.index import write_index
from bench.storage.run_folder import DEMOS, OBSERVATIONS, PLAN, RunFolder, load_run
from tests.made_up import cell_of, observation_of, plan_of

CELL = cell_of("sleep", "sync")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, plan_of([CELL], status="running"))


def test_a_run_comes_back_as_it_was(folder: RunFolder) -> None:
    seen, failed = observation_of(CELL, 0, 0.02), Failure(1, CELL.key, Stage.BATCH, "it broke\nin two lines")
    folder.append(seen)
    folder.append(failed)
    folder.finish("done")
    run = load_run(folder.path)
    assert (run.observations, run.failures) == ([seen], [failed])
    assert run.plan == folder.plan
    assert run.plan.status == "done"


def test_what_was_measured_is_there_before_the_run_ends(folder: RunFolder) -> None:
    folder.append(observation_of(CELL, 0, 0.02))
    assert len(load_run(folder.path).observations) == 1
    assert load_run(folder.path).plan.status == "running"


def test_a_torn_last_line_costs_that_line(folder: RunFolder) -> None:
    for block in range(3):
        folder.append(observation_of(CELL, block, 0.02))
    file = folder.path / OBSERVATIONS
    file.write_bytes(file.read_bytes()[:-7])
    assert len(load_run(folder.path).observations) == 2


def test_latest_leads_to_the_newest(tmp_path: Path) -> None:
    RunFolder.create(tmp_path, plan_of([CELL]))
    second = RunFolder.create(tmp_path, plan_of([CELL]))
    assert (tmp_path / "latest").resolve() == second.path.resolve()
    assert len([p for p in tmp_path.iterdir() if not p.is_symlink()]) == 2


def test_a_hostile_host_name_stays_in_the_folder(tmp_path: Path) -> None:
    plan = plan_of([CELL])
    hostile = type(plan.machine)(**{**vars(plan.machine), "host": "../../etc/<b>\x1b[31m"})
    made = RunFolder.create(tmp_path, plan_of([CELL], machine=hostile))
    assert made.path.parent == tmp_path
    assert made.path.resolve().parent == tmp_path.resolve()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not the JSON"),
        ("[]", "is not the JSON"),
        ("{}", "is not the JSON"),
        ('{"schema": 99}', "schema 99 and this version reads 2"),
        ('{"schema": 2}', "is not a run"),
        ("\x00\xff", "is not the JSON"),
    ],
)
def test_what_is_no_plan_is_told_so(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / PLAN).write_text(text)
    with pytest.raises(UserError, match=words):
        load_run(tmp_path)


def test_what_is_no_run_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run"):
        load_run(tmp_path)
    with pytest.raises(UserError, match="is not a run"):
        load_run(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wall_s": -1.0}, "wall_s is -1"),
        ({"wall_s": 0.0}, "160 tasks in 0.0 s"),
        ({"n": 0}, "0 tasks"),
        ({"steady_s": 0.0}, "a task takes 0.0 s"),
        ({"cpu_s": -1.0}, "cpu_s is -1"),
        ({"memory_peak": 10**400}, "memory_peak is 1000"),
        ({"latencies": {"a": 1}}, "its latencies are not a histogram"),
        ({"wall_s": 1e308}, "wall_s is 1e"),
        ({"lanes": [WorkerLane([0, 1], [1])]}, "its lanes do not fit together"),
        ({"lanes": [WorkerLane([], [])]}, "its lanes do not fit together"),
        ({"lanes": [WorkerLane([0], [-1])]}, "its lanes are out of range"),
        ({"window": Window([0, 1], [1], [0])}, "its spans do not fit together"),
        ({"window": Window([-1], [1], [0])}, "its spans are out of range"),
        ({"window": Window([0], [-1], [0])}, "its spans are out of range"),
        ({"window": Window([10**400], [1], [0])}, "its spans are out of range"),
    ],
)
def test_figures_that_cannot_be_are_named(folder: RunFolder, changes: dict, words: str) -> None:
    folder.append(observation_of(CELL, 0, 0.02, **changes))
    with pytest.raises(UserError, match=f"Line 1 of .* is impossible: {words}"):
        load_run(folder.path)


@pytest.mark.parametrize("changes", [{"seldom": {"a": 0}}, {"seldom": {"a": -2}}, {"settled": {"a": 10**9}}])
def test_cells_in_impossible_blocks_are_told_so(tmp_path: Path, changes: dict) -> None:
    folder = RunFolder.create(tmp_path, replace(plan_of([CELL]), **changes))
    with pytest.raises(UserError, match="its cells are in impossible blocks"):
        load_run(folder.path)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"schema": 2, "cells": ' + '{"a":' * 100_000])
def test_nesting_without_end_is_no_run(tmp_path: Path, text: str) -> None:
    (tmp_path / PLAN).write_text(text)
    with pytest.raises(UserError, match="is not a run"):
        load_run(tmp_path)


def test_a_pipe_or_a_folder_in_the_place_of_a_file_is_told_so(folder: RunFolder) -> None:
    file = folder.path / OBSERVATIONS
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(UserError, match="is not a regular file"):
        load_run(folder.path)
    file.unlink()
    file.mkdir()
    with pytest.raises(UserError, match="is not a regular file"):
        load_run(folder.path)


def test_what_is_the_users_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "latest").write_text("mine")
    (tmp_path / "index.html").write_text("mine")
    RunFolder.create(tmp_path, plan_of([CELL]))
    write_index(tmp_path)
    assert (tmp_path / "latest").read_text() == (tmp_path / "index.html").read_text() == "mine"


def test_a_full_disk_is_a_sentence_and_keeps_what_was_there(folder: RunFolder) -> None:
    folder.append(observation_of(CELL, 0, 0.02))
    assert folder._lines is not None
    folder._lines = FileIO("/dev/full", "w")
    with pytest.raises(UserError, match="what was measured before is kept"):
        folder.append(observation_of(CELL, 1, 0.02))
    folder.finish("failed")
    run = load_run(folder.path)
    assert (run.plan.status, len(run.observations)) == ("failed", 1)


class Narrow(FileIO):
    """A file that takes so many bytes more, and in pieces."""

    room = 50

    def write(self, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = super().write(data[: min(self.room, 20)])
        self.room -= written
        return written


def test_a_line_that_could_not_be_written_whole_is_taken_back(folder: RunFolder) -> None:
    folder.append(observation_of(CELL, 0, 0.02))
    whole = (folder.path / OBSERVATIONS).read_bytes()
    folder._lines = Narrow(folder.path / OBSERVATIONS, "a")
    with pytest.raises(UserError, match=r"No space left.*--resume"):
        folder.append(observation_of(CELL, 1, 0.02))
    assert (folder.path / OBSERVATIONS).read_bytes() == whole
    folder._lines.room = 10**6
    folder.append(observation_of(CELL, 1, 0.02))
    assert len(load_run(folder.path).observations) == 2


def test_a_run_is_written_by_one_alone(folder: RunFolder) -> None:
    with pytest.raises(UserError, match="is being measured now"):
        RunFolder.reopen(folder.path)
    folder.finish("interrupted")
    again, run = RunFolder.reopen(folder.path)
    assert run.plan.status == "interrupted"
    again.close()


def test_a_torn_line_is_cut_off_before_another_is_written(folder: RunFolder) -> None:
    folder.append(observation_of(CELL, 0, 0.02))
    folder.close()
    with open(folder.path / OBSERVATIONS, "ab") as file:
        file.write(b'{"observation":{"bl')
    (folder.path / DEMOS).write_bytes(b'{"demo":"count","model":"sync"}\n{"dem')
    again, _ = RunFolder.reopen(folder.path)
    again.append(observation_of(CELL, 1, 0.02))
    again.keep(Outcome("tasks", "sync"))
    again.finish("done")
    run = load_run(folder.path)
    assert [seen.block for seen in run.observations] == [0, 1]
    assert [outcome.demo for outcome in run.demos] == ["count", "tasks"]


def test_runs_of_the_same_second_have_folders_of_their_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as executor:
        made = list(executor.map(lambda _: RunFolder.create(tmp_path, plan_of([CELL])), range(120)))
    assert len({folder.path for folder in made}) == 120
    assert len([each for each in tmp_path.iterdir() if not each.is_symlink()]) == 120
    assert all(load_run(folder.path) for folder in made)


def test_a_folder_is_announced_under_its_first_name_and_has_another_in_the_end(tmp_path: Path) -> None:
    told: list[str] = []
    folder = RunFolder.create(tmp_path, plan_of([CELL]), told.append)
    assert not Path(told[0]).exists()
    assert Path(told[0]).parent == tmp_path
    assert (folder.path / PLAN).is_file()


def test_a_folder_that_is_gone_is_told_so(folder: RunFolder) -> None:
    shutil.rmtree(folder.path)
    with pytest.raises(UserError, match="is gone"):
        folder.append(observation_of(CELL, 0, 0.02))
    folder.finish("failed")
    assert not folder.path.exists()


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"observation": 3}', '{"observation": {"block": "x"}}'])
def test_a_bad_line_is_named(folder: RunFolder, line: str) -> None:
    folder.append(observation_of(CELL, 0, 0.02))
    with open(folder.path / OBSERVATIONS, "a") as file:
        file.write(line + "\n")
    with pytest.raises(UserError, match="Line 2 of"):
        load_run(folder.path)


def test_a_line_of_an_unknown_cell_is_named(folder: RunFolder) -> None:
    stranger = cell_of("sleep", "threading")
    folder.append(observation_of(stranger, 0, 0.02))
    with pytest.raises(UserError, match="not in the plan"):
        load_run(folder.path)


def test_figures_that_json_cannot_hold_are_refused(folder: RunFolder) -> None:
    with pytest.raises(ValueError, match="JSON"):
        folder.append(observation_of(CELL, 0, float("nan")))


def test_a_folder_that_cannot_be_written_is_a_users_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="--out"):
        RunFolder.create(tmp_path / "file", plan_of([CELL]))


def test_the_plan_is_readable_by_people(folder: RunFolder) -> None:
    assert json.loads((folder.path / PLAN).read_text())["cells"][0]["runner"] == "sync"
