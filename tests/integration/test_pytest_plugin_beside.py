"""The pytest plug-in beside others: those for async tests, timeouts, workers, benchmarks; and without it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.plugin_session import PLUGIN, run, session

BACKENDS = ["asyncio", *(["trio"] if find_spec("trio") else [])]
ANYIO = f"""
import anyio

@pytest.fixture(params={BACKENDS})
def anyio_backend(request):
    return request.param

async def pauses():
    await anyio.sleep(0.01)

async def holds():
    await anyio.sleep(0.01)
    time.sleep(0.02)

@pytest.mark.anyio
@pytest.mark.parametrize("name", ["pauses", "holds"])
async def test_loop(concurrency, name):
    await concurrency.leaves_loop_free(globals()[name])

@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [0.0, 0.02])
async def test_closure(concurrency, seconds):
    async def inner():
        await anyio.sleep(0.01)
        time.sleep(seconds)
    await concurrency.leaves_loop_free(inner)

@pytest.mark.anyio
async def test_raises(concurrency):
    async def inner():
        raise ValueError("no")
    await concurrency.leaves_loop_free(inner)

@pytest.mark.anyio
async def test_blocking_assertion(concurrency):
    async def fast():
        await asyncio.sleep(0.001)
    async def slow():
        await asyncio.sleep(0.01)
    concurrency.beats(fast, slow, by=2)
"""


@pytest.mark.alone
def test_async_tests_run_under_anyios_plug_in(tmp_path: Path) -> None:
    printed, found = session(tmp_path, ANYIO, "-p", "anyio", "-p", "no:asyncio")
    for backend in BACKENDS:
        assert found[f"test_loop[{backend}-pauses]"]["outcome"] == "holds"
        assert "a blocking call, at" in str(found[f"test_loop[{backend}-holds]"]["said"])
        assert found[f"test_closure[{backend}-0.0]"]["outcome"] == "holds"
        assert "a blocking call, at" in str(found[f"test_closure[{backend}-0.02]"]["said"])
        assert found[f"test_blocking_assertion[{backend}]"]["outcome"] == "holds"
    assert printed.count("ValueError: no\n") >= len(BACKENDS)
    assert f"{3 * len(BACKENDS)} failed, {3 * len(BACKENDS)} passed" in printed


def test_async_tests_run_under_pytest_asyncio(tmp_path: Path) -> None:
    tests = """
@pytest.mark.asyncio
async def test_it(concurrency):
    turns = []
    async def server():
        while True:
            turns.append(1)
            await asyncio.sleep(0.01)
    task = asyncio.create_task(server())
    await concurrency.leaves_loop_free(awaits)
    task.cancel()
    assert len(turns) > 5  # the test's own loop goes on meanwhile
"""
    _, found = session(tmp_path, tests)
    assert found["test_it"]["outcome"] == "holds"


def test_a_timeout_ends_an_assertion_and_the_next_one_goes_on(tmp_path: Path) -> None:
    tests = """
def sleeps():
    time.sleep(60)

def test_first(concurrency):
    concurrency.releases_gil(sleeps)

def test_second(concurrency):
    concurrency.same_under_threads(writes)
"""
    printed, found = session(tmp_path, tests, "--timeout=10", "--deselect=test_it.py::test_first")
    assert found["test_second"]["outcome"] == "holds"
    printed, found = session(tmp_path, tests + TIMEOUT)
    assert "Timeout" in printed
    assert found["test_second"]["outcome"] == "holds"
    assert "1 failed, 1 passed" in printed


TIMEOUT = """
test_first = pytest.mark.timeout(2)(test_first)
"""


def test_workers_of_xdist_measure_one_at_a_time(tmp_path: Path) -> None:
    tests = """
def alone(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL))  # fails if the other test is at it
    time.sleep(0.01)
    os.unlink(path)

@pytest.mark.parametrize("n", [1, 2])
def test_it(concurrency, n, tmp_path_factory, worker_id):
    assert worker_id != "master"
    concurrency.releases_gil(alone, str(tmp_path_factory.getbasetemp().parent / "taken"))
"""
    printed, found = session(tmp_path, tests, "-n", "2", f"--concurrency-report={tmp_path / 'all.html'}")
    assert {name: each["outcome"] for name, each in found.items()} == {
        "test_it[1]": "holds",
        "test_it[2]": "holds",
    }
    assert "2 passed" in printed
    assert "0 assertions failed, 2 held" in (tmp_path / "all.html").read_text()


def test_models_stand_side_by_side_in_pytest_benchmarks_table_files_and_comparisons(tmp_path: Path) -> None:
    tests = """
def pause(seconds):
    time.sleep(seconds)

@pytest.mark.parametrize("n", [1])
@pytest.mark.benchmark(max_time=0.01, min_rounds=3)
def test_pause(benchmark, concurrency, n):
    for model in concurrency.models("sync", "threading", in_flight=8, calls=32):
        model(benchmark, pause, 0.005)

def test_unknown(benchmark, concurrency):
    concurrency.models("threding")

def test_not_async(benchmark, concurrency):
    for model in concurrency.models("asyncio"):
        model(benchmark, pause, 0.005)
"""
    file = tmp_path / "figures.json"
    printed, _ = session(tmp_path, tests, f"--benchmark-json={file}", "--benchmark-columns=min")
    shown = re.findall(r"test_pause\[(\S+)\]\s+([\d.,]+)", printed)
    assert {model for model, _ in shown} == {"1-sync", "1-threading"}
    assert "There is no runner" in printed or "threding" in printed
    assert "asyncio cannot run pause: it is not an async function" in printed
    saved = {
        each["params"]["model"]: each["stats"]["min"] for each in json.loads(file.read_text())["benchmarks"]
    }
    assert saved["sync"] > 2 * saved["threading"]
    compared = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", str(file), "--group-by=func"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "test_pause[1-sync]" in compared.stdout
    assert "test_pause[1-threading]" in compared.stdout


def loaded_in(where: Path, *words: str) -> set[str]:
    """The modules that a session has loaded which collects an empty file."""
    (where / "conftest.py").write_text(
        "import pathlib, sys\n"
        "def pytest_unconfigure():\n"
        "    pathlib.Path('loaded').write_text(' '.join(sys.modules))\n"
    )
    done = run(where, "", "--collect-only", *words)
    assert done.returncode == 5, done.stdout + done.stderr
    return set((where / "loaded").read_text().split())


def test_a_session_that_does_not_use_it_loads_next_to_nothing_for_it(tmp_path: Path) -> None:
    extra = loaded_in(tmp_path) - loaded_in(tmp_path, "-p", "no:concurrency")
    assert extra == {"bench", "bench.api", PLUGIN}


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    tests = "def test_it(concurrency): pass\n"
    done = run(tmp_path, tests, "-p", "no:concurrency")
    assert "fixture 'concurrency' not found" in done.stdout
    assert "concurrency-budget" not in run(tmp_path, tests, "-p", "no:concurrency", "--help").stdout
