"""What a first look at functions of odd kinds says, and what to do about those that cannot be measured."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bench.worker.procfs
from bench.core.code_loading import of_package
from bench.core.user_function import Own
from bench.execution.user_function_probe import remedy, without_spinning
from bench.worker.idle import spins
from bench.worker.look import look

ODD = """
import functools, sys, threading, time

class Adds:
    def method(self): return sum(range(2000))
    def __call__(self): return sum(range(2000))
    @classmethod
    def of_class(cls): return sum(range(2000))
    @staticmethod
    def static(): return sum(range(2000))

adds = Adds()
unnamed = lambda: sum(range(2000))
partial = functools.partial(sum, range(2000))
once = [1]

@functools.lru_cache
def cached():
    time.sleep(0.01)
    return 1

def prints():
    print("x" * 1_000_000)
    return 1

def second_fails(): return once.pop()
def ends(): sys.exit(3)
def lock(): return threading.Lock()
def changes(given):
    given.append(1)
    return 1
def large(given): return len(given)
"""


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file with these functions, which no test has loaded yet."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "odd.py").write_text(ODD)
    before = {*sys.modules}
    yield tmp_path
    for name in {*sys.modules} - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def seen(file: Path, name: str, **more: Any) -> dict[str, Any]:
    return look(Own(function=f"{file}:{name}", **more), 24, 0.05, lambda stage: None)


def test_callables_of_all_kinds_are_called(odd: Path) -> None:
    names = ("adds", "adds.method", "Adds.of_class", "Adds.static", "unnamed", "partial", "cached")
    found = {name: seen(odd / "odd.py", name) for name in names}
    assert [name for name, each in found.items() if each["stage"] or each["failed"]] == []
    assert all(found[name]["argument_bytes"] > 0 for name in names if name != "unnamed")
    assert found["unnamed"]["argument_bytes"] == -1  # no pool can be sent it
    assert found["cached"]["first"] > 20 * found["cached"]["seconds"]
    assert (found["cached"]["cached"], found["adds"]["cached"]) == (True, False)
    method = seen(odd / "odd.py", "Adds.method")
    assert (method["stage"], "give its class with --setup" in method["reason"]) == ("kind", True)
    assert not seen(odd / "odd.py", "Adds.method", setup=f"{odd}/odd.py:Adds")["stage"]


def test_what_calls_do_to_their_arguments_and_give_back_is_seen(
    odd: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seen(odd / "odd.py", "changes", args="[[1]]")["changes"]
    large = seen(odd / "odd.py", "large", args=str([[7] * 10_000]))
    assert (large["changes"], large["argument_bytes"] > 10_000) == (False, True)
    assert seen(odd / "odd.py", "lock")["answers"] == [[""]]
    assert not seen(odd / "odd.py", "prints")["failed"]
    assert len(capsys.readouterr().out) > 1_000_000


def test_the_first_call_that_fails_is_named(odd: Path) -> None:
    later, first = seen(odd / "odd.py", "second_fails"), seen(odd / "odd.py", "ends")
    assert later["failed_at"] == 2
    assert "call 2 was the first to fail; if it uses something up, create that anew" in remedy(later)
    assert (first["failed_at"], first["error"]) == (1, "SystemExit: 3")
    assert remedy(first).startswith("fix that first")


def test_what_cannot_be_imported_says_how_it_can(odd: Path) -> None:
    package = odd / "parts"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "work.py").write_text("from .helper import f")
    (package / "lacks.py").write_text("import no_such_module")
    (odd / "script.py").write_text("raise SystemExit('usage: script FILE')")
    relative = seen(package / "work.py", "f")
    assert relative["stage"] == "import"
    assert f"work.py is part of a package: in the folder {odd}, name it parts.work" in relative["reason"]
    assert "part of a package" not in seen(package / "lacks.py", "f")["reason"]
    assert of_package(package / "lacks.py", "parts.helper")
    assert (
        "usage: script FILE (put what its module does as a script under `if"
        in (seen(odd / "script.py", "f")["reason"])
    )


@pytest.mark.parametrize(("used", "busy"), [([0.0, 0.0001], False), ([0.0, 0.3], True), ([None, 0.3], False)])
def test_what_computes_while_nothing_is_called_is_seen(
    monkeypatch: pytest.MonkeyPatch, used: list[float | None], busy: bool
) -> None:
    seconds = iter(used)
    monkeypatch.setattr(bench.worker.procfs, "cpu_seconds", lambda pid: next(seconds))
    assert spins([1]) is busy


def test_threads_that_spin_do_no_work_where_one_thread_is_as_fast() -> None:
    own = Own(cpu=0.02, waits=0.0)
    alone = {"stage": "", "failed": 0, "seconds": 0.011, "cpu": 0.0105}
    found = without_spinning(own, 0.01, alone)
    assert (found.spins, found.cpu) == (True, 0.0105)
    assert without_spinning(own, 0.01, {**alone, "seconds": 0.019}) is own  # two threads nearly halve it
    assert without_spinning(own, 0.01, {"stage": "import"}) is own
