"""The pytest plug-in in sessions of its own: each assertion on functions of known kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.plugin_session import ROOT, session

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
@pytest.mark.alone
def test_what_holds_the_gil_is_found_and_named(tmp_path: Path) -> None:
    tests = """
@pytest.mark.parametrize("name", ["adds", "adds_in_c"])
def test_gil(concurrency, name):
    concurrency.releases_gil(globals()[name])

def test_closure(concurrency):
    concurrency.releases_gil(lambda: sum(range(3_000_000)))
"""
    _, found = session(tmp_path, tests)
    said = {name: str(each["said"]) for name, each in found.items()}
    assert re.search(r"computing in Python, at .*test_it\.py:\d+ in adds\b", said["test_gil[adds]"])
    assert re.search(r"C code that holds the GIL, at .*\d+ in adds_in_c\b", said["test_gil[adds_in_c]"])
    assert re.search(r"C code that holds the GIL, at .*\d+ in <lambda>", said["test_closure"])


def test_a_method_of_an_object_is_called_in_the_tests_own_process(tmp_path: Path) -> None:
    tests = """
class Index:
    def __init__(self):
        self.pid = os.getpid()

    def same(self):
        assert os.getpid() == self.pid

def test_method(concurrency):
    concurrency.same_under_threads(Index().same)
"""
    _, found = session(tmp_path, tests)
    assert found["test_method"]["outcome"] == "holds"
    assert "in the test's own process" in str(found["test_method"]["said"])


def python_in(file: str) -> str:
    """The Python of its section."""
    section = (ROOT / file).read_text().partition("\n## In your tests")[2].partition("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return str(code)


@pytest.mark.alone
def test_the_readmes_example_holds(tmp_path: Path) -> None:
    example, models = (python_in(file) for file in ("README.md", "bench/GUIDE.md"))
    fetch = "\nasync def fetch(url):\n    await asyncio.sleep(0.002)\n\n"
    printed, found = session(tmp_path, example + fetch + models, "-o", "asyncio_mode=auto")
    outcomes = {name: each["outcome"] for name, each in found.items()}
    assert outcomes.pop("test_digest_scales") != "fails"  # if there is a second core
    assert outcomes == {
        "test_handler_leaves_the_loop_free": "holds",
        "test_digest_releases_the_gil": "holds",
        "test_digest_is_thread_safe": "holds",
        "test_one_task_is_small": "holds",
        "test_pool_beats_a_loop": "holds",
    }
    assert "7 passed" in printed
    assert "test_fetch[threading]" in printed
    assert "test_fetch[asyncio]" in printed
