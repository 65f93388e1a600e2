"""Workloads and runners of others: found by file or entry point, or one sentence saying what is wrong."""

from __future__ import annotations

import json.decoder
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bench.core import plugins, runner
from bench.core.catalog import find_workloads
from bench.core.code_loading import file_of, find
from bench.core.errors import UserError
from bench.core.workload import Workload, load
from bench.planning.descriptions import code_of

GOOD = """
from dataclasses import dataclass
from bench import Workload

@dataclass(frozen=True)
class Mine(Workload):
    '''Nothing.'''
    size: int = 3
    name = family = "mine"
    bound = "cpu"
    flavours = frozenset({"sync"})

    def task(self, session, i):
        return self.size

class Plain:
    pass
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "their_workload.py"
    path.write_text(GOOD)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield path
    sys.modules.pop("their_workload", None)


def test_a_class_in_a_file_is_a_workload_and_can_be_built_again_from_its_spec(file: Path) -> None:
    (kind,) = find_workloads([f"{file}:Mine"])
    spec = kind(size=5).spec()
    assert spec.target == f"{file}:Mine"
    assert load(spec).task(None, 0) == 5


def test_its_code_is_known_by_its_file(file: Path) -> None:
    (kind,) = find_workloads([f"{file}:Mine"])
    before = code_of(kind())
    assert before == code_of(kind(size=5))
    file.write_text(GOOD + "# edited")
    assert code_of(kind()) not in ("", before)
    file.unlink()
    assert code_of(kind()) == ""


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/a/file.py:name", "/a/file.py"),
        ("json.decoder:loads", json.decoder.__file__),
        ("inner.deep:name", "inner/deep.py"),
        ("inner.none:name", ""),
        ("nothing_of_that_name:name", ""),
        ("nothing.of.that.name:name", ""),
        ("time:sleep", ""),  # has no file
    ],
)
def test_the_file_of_an_address_is_found_without_running_it(target: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "deep.py").write_text("raise RuntimeError")
    assert file_of(target, str(tmp_path)) in (found, str(tmp_path / found))


def test_it_stands_beside_those_that_are_named(file: Path) -> None:
    assert [kind.name for kind in find_workloads(["sleep", f"{file}:Mine"])] == ["sleep", "mine"]


def test_a_relative_path_is_of_the_folder_where_the_command_runs(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    (kind,) = find_workloads(["their_workload.py:Mine"])
    assert kind.target() == f"{file}:Mine"


@pytest.mark.parametrize(
    ("address", "change", "words"),
    [
        ("", "", "names no class: write path/to/file.py:Class"),
        (":Nobody", "", "there is no Nobody in .*; it has Mine"),
        (":Plain", "", "Plain is no workload: subclass bench.Workload"),
        (":Mine", "import nothing_of_that_name", "cannot be loaded: ModuleNotFoundError"),
        (":Mine", "raise RuntimeError('not today')", "cannot be loaded: RuntimeError: not today"),
        (":Mine", "del Mine.name", "has no name: a workload states them"),
        (":Mine", "Mine.name = 'sleep'", "are both called sleep: rename one"),
        (
            ":Bare",
            "class Bare(Workload):\n  name = family = 'x'\n  bound = 'io'\n  flavours = ()",
            "no dataclass",
        ),
    ],
)
def test_what_is_wrong_with_it_is_a_sentence(file: Path, address: str, change: str, words: str) -> None:
    file.write_text(f"{GOOD}\n{change}\n")
    with pytest.raises(UserError, match=words):
        find_workloads([f"{file}{address}"])


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"there is no file .*absent\.py"):
        find_workloads([f"{tmp_path}/absent.py:Mine"])


def test_a_parameter_without_a_default_is_a_sentence(file: Path) -> None:
    file.write_text(GOOD.replace("size: int = 3", "size: int"))
    with pytest.raises(UserError, match="has no default for size"):
        find_workloads([f"{file}:Mine"])


def points(monkeypatch: pytest.MonkeyPatch, group: str, *found: tuple[str, str]) -> None:
    made = [EntryPoint(name, value, group) for name, value in found]

    def entry_points(**asked: str) -> list[EntryPoint]:
        return [point for point in made if all(getattr(point, key) == asked[key] for key in asked)]

    monkeypatch.setattr(plugins, "entry_points", entry_points)
    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)


def test_a_package_brings_a_workload_and_is_needed_to_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, plugins.WORKLOADS, ("theirs", "tests.unit.core.test_plugins:Theirs"))
    (kind,) = plugins.installed_workloads()
    assert kind.name == "theirs"
    assert plugins.modules_of(kind) == ("tests",)


def test_one_that_cannot_be_loaded_is_named_with_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, plugins.WORKLOADS, ("theirs", "nowhere_to_be_found:Kind"))
    with pytest.raises(UserError, match=r"bench\.workloads 'theirs' cannot be loaded: ModuleNotFoundError"):
        list(plugins.installed_workloads())


def test_a_package_brings_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    points(monkeypatch, runner.RUNNERS, ("mine", "tests.unit.core.test_plugins:Mine"))
    assert [each.name for each in plugins.installed_runners(["sync"])] == ["mine"]
    assert isinstance(runner.load_runner("mine"), Mine)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sync", "has the name of a runner that there is"),
        ("other", "calls itself 'mine': give both one name"),
    ],
)
def test_a_model_must_have_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    points(monkeypatch, runner.RUNNERS, (name, "tests.unit.core.test_plugins:Mine"))
    with pytest.raises(UserError, match=words):
        list(plugins.installed_runners(["sync"]))


def test_a_model_that_no_package_brings_here_is_said_to_be_absent() -> None:
    with pytest.raises(ModuleNotFoundError, match="no package here brings the runner theirs"):
        runner.load_runner("theirs")


class Mine(runner.Runner):
    name = "mine"


@dataclass(frozen=True)
class Theirs(Workload):
    name = family = "theirs"
    bound = "cpu"


def test_what_lies_beside_a_file_is_found(file: Path) -> None:
    (file.parent / "their_helper.py").write_text("ANSWER = 42")
    file.write_text(f"import their_helper\n{GOOD}")
    assert find(f"{file}:their_helper.ANSWER") == 42
