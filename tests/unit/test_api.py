"""Runs from Python: what the frames have, which mistakes are told, what is loaded when."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pytest

import bench
from bench.cli.app import app
from bench.cli.parsing import FUNCTION, SELECTION
from bench.core.observation import Cause, Failure, Stage
from bench.core.run import Run
from bench.execution.session import Quiet
from bench.planning.keywords import options_of
from bench.planning.options import RULES, Options, command_of
from bench.report.saved_run import SavedRun
from bench.storage.run_folder import RunFolder
from tests.made_up import plan_of, run_of
from tests.made_up_builds import builds_run
from tests.made_up_page import make_run
from workloads.sleep import Sleep

SMALL = run_of({("sleep", "threading"): 15.0, ("sleep", "asyncio"): [15.0] * 4 + [16.0] * 4})
TEXT = {"python", "workload", "family", "kind", "runner", "verdict", "flags"}
COUNTS = {"concurrency", "tasks", "blocks"}
RATIOS = {"speedup", "low", "high", "level", "limit_speedup", "efficiency"}
NUMBERS = {*RATIOS, "seconds_per_task", "cpu_per_task_s", "startup_s", "memory_peak", "p50_s", "p99_s"}


def test_what_is_exported_is_there() -> None:
    for name in bench.__all__:
        assert getattr(bench, name)
    assert sorted(set(bench.__all__)) == sorted(bench.__all__)
    assert set(bench.__all__) <= set(dir(bench))
    assert bench.SavedRun is SavedRun
    for name in re.findall(r"``(\w+)``", bench.__doc__ or ""):
        assert name in bench.__all__, name
    with pytest.raises(AttributeError, match="module 'bench' has no attribute 'nothing'"):
        bench.nothing  # noqa: B018 - asking for it is the test


def test_its_types_are_shipped() -> None:
    """A wheel has all that is in the package, as the tests in full see."""
    assert Path(bench.__path__[0], "py.typed").is_file()


def test_a_saved_run_is_read(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, SMALL.plan)
    for seen in SMALL.observations:
        folder.append(seen)
    folder.finish("done")
    saved = bench.load(folder.path)
    assert saved.folder == folder.path
    assert saved.plan.status == "done"
    assert repr(saved) == f"<bench run '{folder.path}', done: 3 cells, 24 observations>"
    assert bench.load(str(tmp_path / "latest")).record.observations == SMALL.observations


def test_no_run_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(bench.UserError, match="reports/latest is not a run"):
        bench.load()


# The frames


def test_the_summary_has_a_row_for_each_cell() -> None:
    table = SavedRun(SMALL).summary
    assert table["runner"].tolist() == ["sync", "threading", "asyncio"]
    assert table["verdict"].tolist() == ["", "faster", "faster"]
    rows = table.set_index("runner")
    assert rows.loc["threading", "speedup"] == pytest.approx(15.0)
    assert rows.loc["asyncio", ["low", "high"]].tolist() == pytest.approx([15.0, 16.0])
    assert rows.loc["sync", "seconds_per_task"] == pytest.approx(0.02)
    assert pd.isna(rows.loc["sync", "speedup"])
    assert rows.loc["threading", "tasks"] == 160
    assert rows.loc["threading", "level"] == pytest.approx(0.961, abs=0.001)


@pytest.mark.parametrize("run", [SMALL, make_run(), Run(plan_of([]), [], [])], ids=["small", "all", "none"])
def test_documented_columns_are_there_with_their_types(run: Run) -> None:
    table = SavedRun(run).summary
    documented = set(re.findall(r"``(\w+)``", SavedRun.summary.__doc__ or "")) - {"isna", "frame"}
    assert TEXT | COUNTS | NUMBERS | documented <= set(table.columns)
    assert table.columns.is_unique
    for name in NUMBERS:
        assert table[name].dtype == float
    if len(table):
        assert all(isinstance(value, str) for name in TEXT for value in table[name])


def test_the_columns_that_the_frame_documents_are_there() -> None:
    import bench.analysis.frame as module

    documented = set(re.findall(r"^``(\w+)``|, ``(\w+)``", module.__doc__ or "", re.MULTILINE))
    names = {name for pair in documented for name in pair if name}
    table = SavedRun(make_run()).frame
    assert {"seconds_per_task", "speedup", "p99_s", "blocked", "efficiency"} <= names <= set(table.columns)
    assert len(table) == len(make_run().observations)


def test_builds_are_summed_up_by_themselves() -> None:
    saved = SavedRun(builds_run())
    assert saved.summary["python"].unique().tolist() == ["3.14.2", "3.14.2t", "3.14.2t (GIL on)"]
    threads = saved.summary.query("workload == 'cpu-python' and runner == 'threading'")
    assert threads["verdict"].tolist() == ["equivalent", "faster", "equivalent"]
    assert saved.claims.groupby("python").size().nunique() == 1
    judged = saved.claims.set_index(["python", "id"])["verdict"].unstack("python")
    assert (judged["3.14.2"] != judged["3.14.2t"]).any()


def test_claims_have_a_verdict_each() -> None:
    table = SavedRun(SMALL).claims
    assert table.columns.tolist() == ["python", "id", "statement", "verdict", "because"]
    assert table["id"].is_unique
    assert set(table["verdict"]) <= {"supported", "refuted", "partly", "unresolved", "not measured"}
    assert table.notna().all(axis=None)


def test_failures_are_listed() -> None:
    cell = SMALL.plan.cells[1]
    failed = Failure(3, cell.key, Stage.BATCH, "task 3 raised ValueError: no", Cause.ERROR)
    table = SavedRun(replace(SMALL, failures=[failed])).failures
    assert table.to_dict("records") == [
        {
            "python": "3.11",
            "workload": "sleep",
            "runner": "threading",
            "study": "main",
            "block": 3,
            "stage": "batch",
            "cause": "error",
            "reason": "task 3 raised ValueError: no",
        }
    ]
    assert SavedRun(SMALL).failures.empty
    assert set(SavedRun(SMALL).failures.columns) == set(table.columns)


def test_a_frame_is_made_once() -> None:
    saved = SavedRun(SMALL)
    assert saved.frame is saved.frame
    assert saved.summary is saved.summary


# What is asked for


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"workloads": "slep"}, "Unknown workload 'slep': did you mean sleep"),
        ({"workloads": 3}, "workloads: 3 is not a name"),
        ({"runners": ["sync", None]}, "runners: None is not a name"),
        ({"runners": "threads"}, "Unknown runner 'threads'"),
        ({"clients": ["motr"]}, "Unknown client 'motr'"),
        ({"studies": "swep"}, "Unknown study 'swep'"),
        ({"mode": "fast"}, "Unknown mode 'fast'"),
        ({"mode": None}, "Unknown mode 'None'"),
        ({"concurrency": 0}, "concurrency=0: it must be a whole number between 1 and 100,000"),
        ({"concurrency": "4"}, "concurrency='4': it must be a whole number"),
        ({"tasks": 2.5}, "tasks=2.5: it must be a whole number"),
        ({"blocks": True}, "blocks=True: it must be a whole number"),
        ({"blocks": 10**9}, "blocks=1000000000: it must be"),
        ({"seed": -1}, "seed=-1: it must be"),
        ({"threshold": float("nan")}, "threshold=nan: it must be a number between 0.001 and 1"),
        ({"budget_s": 0}, "budget_s=0: it must be a number"),
        ({"budget_s": float("inf")}, "budget_s=inf: it must be"),
        ({"studies": "sweep", "tasks": 3}, "A study sets its own number of tasks"),
        ({"studies": "sweep", "against": "HEAD"}, "A study cannot compare revisions"),
        ({"concurrency": (1, 4)}, "Only sweep and advise take several -c"),
        ({"function": "file.py:work"}, "-w, --client, -p and -n apply to workloads"),
        ({"workload": "sleep"}, "Unknown option 'workload': did you mean workloads"),
        ({"dask_scheduler": "host"}, "--dask-scheduler 'host' is not an address"),
        ({"params": {"secondz": 1}}, "Unknown parameter 'secondz': did you mean seconds"),
        ({"params": {"seconds": "long"}}, "seconds of sleep is a number"),
        ({"mongo_uri": ""}, "--mongo-uri is empty"),
        ({"mongo_uri": "mongodb://127.0.0.1:9/", "mongod": "installed"}, "contradict each other"),
        ({"out": ""}, "--out is empty"),
        ({"out": "/proc/reports"}, "Cannot write to /proc/reports"),
        ({"pythons": Path("/nowhere/python")}, "/nowhere/python"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path: Path, asked: Mapping[str, Any], words: str) -> None:
    with pytest.raises(bench.UserError, match=re.escape(words)) as told:
        bench.run(**{"workloads": "sleep", "out": tmp_path, **asked})
    assert "\n" not in str(told.value)


class Unfinished(bench.Workload):
    """States nothing."""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (int, "int is not a workload: make it of bench.Workload"),
        (bench.Workload, "Workload is not a workload: make it of bench.Workload"),
        (Unfinished, "Unfinished has no name and no family and no bound: a workload"),
        (
            [Sleep(seconds=0.5), "http"],
            "workloads: the parameters of an instance would apply to all workloads",
        ),
    ],
)
def test_what_is_no_workload_is_a_sentence(given: Any, words: str) -> None:
    with pytest.raises(bench.UserError, match=words):
        options_of({"workloads": given})


def test_workloads_are_taken_as_classes_and_as_an_instance() -> None:
    assert options_of({"workloads": [Sleep, "http"]}).workloads == ("sleep", "http")
    options = options_of({"workloads": Sleep(seconds=0.5)})
    assert (options.workloads, options.params) == (("sleep",), ("seconds=0.5",))
    assert options_of({"workloads": Sleep(), "params": {"seconds": 1}}).params == ("seconds=1",)


def test_a_run_within_what_is_being_loaded_is_refused(tmp_path: Path) -> None:
    (tmp_path / "unguarded.py").write_text("import bench\nbench.run(workloads='sleep')\n")
    with pytest.raises(
        bench.UserError, match=r"unguarded\.py calls bench\.run when it is loaded for measuring"
    ):
        bench.run(workloads=tmp_path / "unguarded.py:Mine", out=tmp_path)


def test_every_option_is_documented() -> None:
    documented = set(re.findall(r"``(\w+)``", bench.run.__doc__ or ""))
    assert set(RULES) <= documented


@pytest.mark.parametrize("name", ["run", "all", "sweep", "advise", "compare"])
def test_every_command_that_measures_takes_what_makes_sense_there(name: str) -> None:
    command = app.get_command(click.Context(app), name)
    assert command is not None
    taken = {str(parameter.name) for parameter in command.params}
    everywhere = set(RULES) - {
        *SELECTION,
        *FUNCTION,
        "mode",
        "all_runners",
        "studies",
        "against",
        "mongo_uri",
        "mongod",
    }
    assert everywhere | {"quick", "thorough"} <= taken


def test_the_command_that_does_the_same_is_saved() -> None:
    options = Options(
        mode="thorough",
        workloads=("http", "mongo"),
        clients=("httpx",),
        params=("delay=0.05",),
        concurrency=(4,),
        blocks=2,
        budget_s=90.0,
        out="a folder",
        mongo_uri="mongodb://me:hunter2@127.0.0.1:9/",
    )
    assert command_of(options) == (
        "python -m bench run -w http -w mongo --client httpx -c 4 -p delay=0.05 --thorough --blocks 2"
        " --budget 90s --out 'a folder' --mongo-uri mongodb://127.0.0.1:9"
    )
    assert command_of(Options()) == "python -m bench run"
    assert (
        command_of(Options(function="a.py:f", concurrency=(1, 4)))
        == "python -m bench advise a.py:f -c 1 -c 4"
    )
    assert "mongo" not in command_of(Options(mongo_uri="mongodb://me@h/", mongo_uri_origin="BENCH_MONGO_URI"))


def test_the_quiet_one_warns_of_what_went_wrong_and_says_nothing_else() -> None:
    cell, seen = SMALL.plan.cells[0], SMALL.observations[0]
    watcher = Quiet()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        watcher.tell("text")
        watcher.trying("sleep")
        watcher.planned(SMALL.plan, Path(), [])
        watcher.measuring(0, cell)
        watcher.measured(cell, seen)
    with pytest.warns(UserWarning, match="a database stays"):
        watcher.complain("a database stays")
