"""The environment of measured processes and services, where a developer's own would slow or tune them."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bench.execution.run import closing_services, supervised
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.session import Quiet
from bench.storage.run_folder import load_run
from tests.integration.command import bench

SEES = '''
import json
import os
from dataclasses import dataclass
from multiprocessing import current_process

from bench import Workload


@dataclass(frozen=True)
class Sees(Workload):
    """Write down the environment."""

    name = family = "sees"
    bound = "cpu"
    flavours = frozenset({"sync"})

    def task(self, session, i):
        with open(os.path.join(os.environ["SEES_INTO"], current_process().name), "w") as file:
            json.dump(dict(os.environ), file)
        return i

    def check(self, result, i):
        return result
'''
DEBUG = {"PYTHONASYNCIODEBUG": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "3"}


def measured(
    folder: Path, out: str, *words: str
) -> tuple[subprocess.CompletedProcess[str], list[dict[str, str]]]:
    """The command's words, and what each process saw."""
    file, into = folder / "sees.py", folder / f"seen-{out}"
    file.write_text(SEES)
    into.mkdir()
    chosen = f"-w {file}:Sees -r sync -r multiprocessing -c 2 -n 8 --blocks 1 --out {out}".split()
    ran = bench("run", *chosen, *words, cwd=folder, **DEBUG, SEES_INTO=str(into))
    assert ran.returncode == 0, ran.stderr
    return ran, [json.loads(path.read_text()) for path in into.iterdir()]


def test_measured_processes_go_without_what_slows_and_have_it_on_request(tmp_path: Path) -> None:
    ran, seen = measured(tmp_path, "clean")
    assert len(seen) >= 2  # of sync, and of a pool
    assert not [each for each in seen if {"PYTHONASYNCIODEBUG", "OMP_NUM_THREADS"} & each.keys()]
    assert {each["PYTHONHASHSEED"] for each in seen} == {"3"}
    assert "Removed from the environment of measured processes: OMP_NUM_THREADS" in ran.stdout
    assert "PYTHONASYNCIODEBUG" in ran.stdout.partition(" (--keep-env NAME keeps one).")[0]
    assert load_run(tmp_path / "clean" / "latest").plan.environment == {"PYTHONHASHSEED": "3"}

    ran, seen = measured(tmp_path, "debug", "--keep-env", "PYTHONASYNCIODEBUG")
    assert {each.get("PYTHONASYNCIODEBUG") for each in seen} == {"1"}
    assert not [each for each in seen if "OMP_NUM_THREADS" in each]
    note = "Measured with PYTHONASYNCIODEBUG=1 (debugging of Python); PYTHONHASHSEED=3 (one order of sets"
    assert note in " ".join(ran.stdout.split())
    debug = tmp_path / "debug" / "latest"
    assert note in " ".join((debug / "report.html").read_text().split())
    kept = {"PYTHONASYNCIODEBUG": "1", "PYTHONHASHSEED": "3"}
    assert load_run(debug).plan.environment == kept

    ran = bench("compare", tmp_path / "clean" / "latest", debug, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "variable PYTHONASYNCIODEBUG not set 1" in " ".join(ran.stdout.split())


def services_started() -> set[psutil.Process]:
    """By this process: other tests in it may have some, too."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has ended meanwhile
            if any("bench.execution.services." in word for word in child.cmdline()):
                found.add(child)
    return found


def environments_of_services(before: set[psutil.Process]) -> list[dict[str, str]]:
    """Of the two that were started since, once whatever started them has left."""
    found: list[dict[str, str]] = []
    for _ in range(50):
        with suppress(psutil.Error):
            found = [service.environ() for service in services_started() - before]
        if len(found) == 2:
            break
        time.sleep(0.1)
    return found


def test_services_go_without_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DEBUG.items():
        monkeypatch.setenv(name, value)
    before = services_started()
    with supervised(["OMP_NUM_THREADS"]) as (watchdog, _):
        services = Services(starters(watchdog, mongo_uri=None, mongod=None, delay=0.0))
        with closing_services(services, Quiet()):
            services.addresses(("http", "mongo"))
            started = environments_of_services(before)
    assert len(started) == 2
    assert not [each for each in started if "PYTHONASYNCIODEBUG" in each]
    assert {each["OMP_NUM_THREADS"] for each in started} == {"1"}
