"""The pytest plug-in in sessions of its own: each assertion on functions of known kind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import entry_points
from pathlib import Path

import pytest

PLUGIN = "bench.api.pytest_plugin"
KNOWN = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
USED = [] if KNOWN else ["-p", PLUGIN]
# Decided with a neighbour, too: the budget is that of a busy machine.
WORDS = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *USED]

FUNCTIONS = """
import asyncio, hashlib, json, os, time
import pytest

DATA = bytes(8_000_000)
COUNT = 0

async def awaits():
    await asyncio.sleep(0.02)

async def blocks():
    time.sleep(0.02)

async def computes():
    total = 0
    for i in range(600_000):
        total += i

async def holds_in_c():
    sum(range(3_000_000))

def hashes():
    hashlib.sha256(DATA)

def adds():
    total = 0
    for i in range(100_000):
        total += i

def adds_in_c():
    sum(range(2_000_000))

def adds_twice():
    adds()
    adds()

def writes():
    return json.dumps({"a": 1})

def counts():
    global COUNT
    seen = COUNT
    COUNT = seen + 1
    time.sleep(0)
    COUNT -= 1
    return COUNT - seen

def changes():
    return os.urandom(4)

async def waits():
    await asyncio.sleep(60)

async def waits_with_much():
    kept = bytearray(300_000)
    await asyncio.sleep(60)
    return kept
"""

LOOP = """
@pytest.mark.parametrize("name", ["awaits", "blocks", "computes", "holds_in_c"])
def test_loop(concurrency, name):
    asyncio.run(concurrency.leaves_loop_free(globals()[name]))

def test_closure(concurrency):
    async def inner():
        time.sleep(0.02)
    asyncio.run(concurrency.leaves_loop_free(inner))
"""

OTHERS = """
@pytest.mark.parametrize("name", ["hashes", "adds", "adds_in_c"])
def test_gil(concurrency, name):
    concurrency.releases_gil(globals()[name])

@pytest.mark.parametrize("name", ["writes", "counts", "changes"])
def test_safe(concurrency, name):
    concurrency.same_under_threads(globals()[name])

@pytest.mark.parametrize("name", ["waits", "waits_with_much"])
def test_memory(concurrency, name):
    concurrency.memory_per_task(globals()[name])

@pytest.mark.parametrize("pair", [(adds, adds_twice), (adds_twice, adds)], ids=["faster", "slower"])
def test_beats(concurrency, pair):
    concurrency.beats(*pair, by=1.4)
"""


def environment() -> dict[str, str]:
    """Without what pytest and its workers tell those that they start."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**plain, "PYTHONPATH": os.pathsep.join(sys.path)}


def session(where: Path, tests: str, *words: str) -> tuple[str, dict[str, dict[str, object]]]:
    """What a session prints, and its findings by test, from its JUnit file."""
    (where / "test_it.py").write_text(FUNCTIONS + tests)
    out = where / "junit.xml"
    done = subprocess.run(
        [*WORDS, f"--rootdir={where}", "--concurrency-budget=20", f"--junitxml={out}", *words, "test_it.py"],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = {}
    for case in ET.parse(out).iter("testcase"):
        for each in case.iter("property"):
            found[str(case.get("name"))] = json.loads(str(each.get("value")))
    return done.stdout, found


@pytest.mark.alone
def test_what_holds_the_loop_is_found_and_named(tmp_path: Path) -> None:
    printed, found = session(tmp_path, LOOP)
    assert {name: each["outcome"] for name, each in found.items()} == {
        "test_loop[awaits]": "holds",
        "test_loop[blocks]": "fails",
        "test_loop[computes]": "fails",
        "test_loop[holds_in_c]": "fails",
        "test_closure": "fails",
    }
    assert "a blocking call, at" in str(found["test_loop[blocks]"]["said"])
    assert "computing in Python, at" in str(found["test_loop[computes]"]["said"])
    assert "C code that holds the GIL, at" in str(found["test_loop[holds_in_c]"]["said"])
    for name, function in [("blocks", "blocks"), ("computes", "computes"), ("holds_in_c", "holds_in_c")]:
        assert re.search(rf"test_it\.py:\d+ in {function}\b", str(found[f"test_loop[{name}]"]["said"]))
    assert "in the test's own process" in str(found["test_closure"]["said"])
    assert "in fresh processes" in str(found["test_loop[awaits]"]["said"])
    assert "concurrency" in printed
    assert "4 failed, 1 passed" in printed


@pytest.mark.full
@pytest.mark.alone
def test_the_other_assertions_are_right_on_functions_of_known_kind(tmp_path: Path) -> None:
    printed, found = session(tmp_path, OTHERS, f"--concurrency-report={tmp_path / 'report.html'}")
    assert {name: each["outcome"] for name, each in found.items()} == {
        "test_gil[hashes]": "holds",
        "test_gil[adds]": "fails",
        "test_gil[adds_in_c]": "fails",
        "test_safe[writes]": "holds",
        "test_safe[counts]": "fails",
        "test_safe[changes]": "can't tell",
        "test_memory[waits]": "holds",
        "test_memory[waits_with_much]": "fails",
        "test_beats[faster]": "holds",
        "test_beats[slower]": "fails",
    }
    assert "ConcurrencyWarning" in printed
    assert "5 assertions failed, 4 held, 1 could not be decided" in (tmp_path / "report.html").read_text()


@pytest.mark.full
@pytest.mark.alone
def test_scaling_is_that_of_the_cores_that_there_are(tmp_path: Path) -> None:
    tests = """
@pytest.mark.parametrize("name", ["hashes", "adds"])
def test_scales(concurrency, name):
    concurrency.scales(globals()[name])
"""
    _, found = session(tmp_path, tests)
    assert found["test_scales[hashes]"]["outcome"] != "fails"
    assert found["test_scales[adds]"]["outcome"] != "holds"


def test_what_cannot_be_told_fails_where_that_is_asked_for(tmp_path: Path) -> None:
    tests = "\ndef test_safe(concurrency):\n    concurrency.same_under_threads(changes)\n"
    printed, _ = session(tmp_path, tests, "--concurrency-strict")
    assert "can't tell whether changes gives the same under threads" in printed
    assert "1 failed" in printed


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("asyncio.run(concurrency.leaves_loop_free(hashes))", "hashes is not an async function"),
        ("asyncio.run(concurrency.leaves_loop_free(awaits, longest='5'))", "write it with a unit"),
        ("concurrency.memory_per_task(hashes)", "memory_per_task needs an async function"),
        ("concurrency.releases_gil(lambda: 1 / 0)", "raised ZeroDivisionError: division by zero"),
        ("concurrency.releases_gil(hashes, 'too many')", "raised TypeError: hashes"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, body: str, said: str) -> None:
    printed, _ = session(tmp_path, f"\ndef test_it(concurrency):\n    {body}\n")
    assert said in printed


@pytest.mark.full
def test_other_builds_make_the_same_assertion(tmp_path: Path) -> None:
    tests = "\ndef test_safe(concurrency):\n    concurrency.same_under_threads(writes)\n"
    printed, found = session(tmp_path, tests, f"--concurrency-python={sys.executable}")
    assert found["test_safe"]["outcome"] == "holds"
    assert found["test_safe"]["python"]
    assert "1 passed" in printed


def test_models_stand_side_by_side_in_the_table_of_pytest_benchmark(tmp_path: Path) -> None:
    tests = """
def pause():
    time.sleep(0.005)

@pytest.mark.parametrize("model", ["sync", "threading"])
def test_pause(benchmark, concurrency, model):
    with concurrency.model(model, pause, in_flight=8) as batch:
        benchmark.pedantic(batch, args=(32,), rounds=3)
"""
    printed, _ = session(tmp_path, tests)
    sync, threading = (
        float(re.search(rf"test_pause\[{model}\]\s+([\d.,]+)", printed)[1].replace(",", ""))  # type: ignore[index]  # the table has a line of each model
        for model in ("sync", "threading")
    )
    assert sync > 2 * threading


def test_a_session_that_does_not_use_it_loads_nothing_that_measures() -> None:
    code = (
        f"import sys, pytest\nbefore = set(sys.modules)\nimport {PLUGIN}\nprint(*set(sys.modules) - before)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in loaded if name.startswith("bench")} == {"bench", "bench.api", PLUGIN}


@pytest.mark.alone
def test_the_readmes_example_holds(tmp_path: Path) -> None:
    section = (Path(__file__).parents[2] / "README.md").read_text().partition("## In your tests")[2]
    (example,) = re.findall(r"```python\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    printed, found = session(tmp_path, example, "-o", "asyncio_mode=auto")
    assert {name: each["outcome"] for name, each in found.items()} == {
        "test_digest_releases_the_gil": "holds",
        "test_digest_is_thread_safe": "holds",
        "test_handler_leaves_the_loop_free": "holds",
    }
    assert "3 passed" in printed
