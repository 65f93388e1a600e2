"""Several interpreters in one run: each with its own packages, its own GIL, and in the same blocks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from bench.core.run import Run
from bench.findings.collect import Findings, collect
from bench.storage.run_folder import load_run
from tests.integration.command import bench
from tests.integration.conftest import Lab
from tests.pythons import need

ATTEMPTS = 3  # at a figure that a busy machine can spoil
CORE = ("sync", "threading", "multiprocessing", "asyncio")
BARE = ("null", "sleep", "cpu-python", "cpu-native")


def bare(python: str, folder: Path) -> str:
    """An environment of that interpreter with nothing in it."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


def measured(where: Path, *words: str) -> Run:
    done = bench("run", *words, cwd=where)
    assert done.returncode == 0, done.stdout + done.stderr
    return load_run(where / "reports" / "latest")


def speedup(findings: Findings, number: int, runner: str) -> float:
    """Of cpu-python on a build."""
    return findings.builds[number].summary.matrix[runner, "cpu-python"].speedup.median


def two_cores(findings: Findings) -> bool:
    """Whether the machine had two cores to give throughout the run."""
    effective = findings.builds[0].summary.effective_cores
    return effective is not None and effective.low >= 1.5


@pytest.mark.full
@pytest.mark.alone
def test_threads_and_interpreters_compute_in_parallel_where_the_build_lets_them(tmp_path: Path) -> None:
    words = ["-w", "cpu-python", "-r", "sync", "-r", "threading", "-r", "interpreters"]
    words += ["--blocks", "3", "--python", need("3.14"), "--python", need("3.13t")]
    gil, free, free_with_gil = range(3)
    for _ in range(ATTEMPTS):
        findings = collect(measured(tmp_path, *words))
        if two_cores(findings):
            break
    assert [python.gil for python in findings.run.plan.interpreters[:3]] == [True, False, True]
    assert findings.run.plan.interpreters[free_with_gil].environment == {"PYTHON_GIL": "1"}
    assert {seen.gil for seen in findings.builds[free].summary.run.observations if seen.gil is not None} == {
        False
    }
    assert {missing.python for missing in findings.run.plan.missing} >= {findings.builds[free].name}
    pythons = [
        findings.run.plan.cell[seen.key].python for seen in findings.run.observations if seen.block == 0
    ]
    changes = sum(one != other for one, other in pairwise(pythons))
    assert changes > len(set(pythons))  # in one block together, and not one build after the other
    if not two_cores(findings):
        pytest.skip("this machine has no two cores to give now")
    in_parallel = speedup(findings, free, "threading"), speedup(findings, gil, "interpreters")
    in_turn = speedup(findings, gil, "threading"), speedup(findings, free_with_gil, "threading")
    assert min(in_parallel) > 1.2 * max(in_turn)


@pytest.mark.full
@pytest.mark.parametrize("name", ["3.15", "3.13t"])
def test_a_bare_interpreter_is_enough_for_what_needs_no_client(name: str, tmp_path: Path) -> None:
    python = bare(need(name), tmp_path / "bare")
    words = [word for workload in BARE for word in ("-w", workload)]
    words += [word for runner in CORE for word in ("-r", runner)]
    words += ["-p", "rounds=100_000", "-p", "times=4"]
    run = measured(tmp_path, *words, "-n", "4", "--blocks", "1", "--python", python)
    assert run.plan.interpreters[0].packages == {}
    cells = {(run.plan.cell[seen.key].workload, run.plan.cell[seen.key].runner) for seen in run.observations}
    assert {(workload, runner) for workload in BARE for runner in CORE} <= cells
    assert not run.failures


@pytest.mark.full
def test_what_an_interpreter_lacks_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    empty = bare(sys.executable, tmp_path / "empty")
    words = ["-w", "http[httpx]", "-w", "sleep", "-r", "sync", "-r", "asyncio", "--blocks", "1"]
    done = bench("run", *words, "--python", empty, "--python", sys.executable, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = load_run(tmp_path / "reports" / "latest")
    bare_name, own_name = (python.name for python in run.plan.interpreters)
    assert bare_name != own_name
    (lacking,) = run.plan.missing
    assert (lacking.workload, lacking.python) == ("http[httpx]", bare_name)
    assert "uv pip install --python empty/bin/python httpx" in lacking.reason
    assert "uv pip install --python empty/bin/python httpx" in " ".join(done.stdout.split())
    with_http = {cell.python for cell in run.plan.cells if cell.workload == "http[httpx]"}
    assert with_http == {own_name}


def test_every_build_gets_a_page(tmp_path: Path) -> None:
    other = bare(sys.executable, tmp_path / "other")
    words = ["-w", "sleep", "-r", "sync", "-r", "asyncio", "--blocks", "1"]
    run = measured(tmp_path, *words, "--python", sys.executable, "--python", other)
    assert len(list(Path(run.folder).glob("report-*.html"))) == 2
    claims = bench("claims", cwd=tmp_path)
    assert claims.returncode == 0
    assert "claims --python VERSION" in claims.stdout
    one = bench("claims", "--python", run.plan.interpreters[1].name, cwd=tmp_path)
    assert one.returncode == 0
    assert "claims: " in one.stdout
    absent = bench("claims", "--python", "3.99", cwd=tmp_path)
    assert absent.returncode == 2
    assert "this run measured" in absent.stderr


@pytest.mark.parametrize(
    ("text", "words"), [("3.99", "not found on PATH"), ("/no/such/python", "there is no"), ("", "is empty")]
)
@pytest.mark.parametrize("command", ["all", "run", "sweep"])
def test_an_interpreter_that_is_not_there_is_one_sentence(
    command: str, text: str, words: str, tmp_path: Path
) -> None:
    done = bench(command, "--python", text, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


EXTENSION = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "needs_gil", NULL, 0, NULL};
PyMODINIT_FUNC PyInit_needs_gil(void) { return PyModule_Create(&module); }
"""
TURNED_ON = "from bench.worker import gil; gil.watch(); import needs_gil; print(gil.turned_on_by(), gil.gil_enabled())"


def test_the_module_that_turns_the_gil_on_is_named(lab: Lab, tmp_path: Path) -> None:
    python = need("3.13t")
    if not (compiler := shutil.which("cc") or shutil.which("gcc")):
        pytest.skip("no C compiler here")
    asked = "import sysconfig; print(sysconfig.get_path('include'))"
    include = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
    if not Path(include, "Python.h").exists():
        pytest.skip(f"no headers of {python} here")
    source = tmp_path / "needs_gil.c"
    source.write_text(EXTENSION)
    library = tmp_path / "needs_gil.so"
    subprocess.run([compiler, "-shared", "-fPIC", f"-I{include}", source, "-o", library], check=True)
    done = subprocess.run(
        [python, "-P", "-c", TURNED_ON],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{lab.links}:{tmp_path}"},
    )
    assert done.stdout.split() == ["needs_gil", "True"]
