"""Workloads by name, label or file, or one sentence saying what is wrong."""

from __future__ import annotations

import json.decoder
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.core.catalog import WORKLOADS, find_workloads
from bench.core.code_loading import file_of, find
from bench.core.errors import UserError
from bench.core.workload import load
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


def test_a_file_that_imports_relatively_is_loaded_as_a_module_of_its_packages(file: Path) -> None:
    inner = file.parent / "their_package" / "inner"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        (folder / "__init__.py").touch()
    (inner / "sizes.py").write_text("SIZE = 7\n")
    inner.joinpath("work.py").write_text("from .sizes import SIZE\n" + GOOD.replace("= 3", "= SIZE"))
    (kind,) = find_workloads([f"{inner}/work.py:Mine"])
    assert kind.__module__ == "their_package.inner.work"
    assert kind.target() == f"{inner}/work.py:Mine"
    assert load(kind().spec()).task(None, 0) == 7


def test_files_of_one_name_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    for number in range(3):
        path = tmp_path / str(number) / "same_name.py"
        path.parent.mkdir()
        path.write_text(f"NUMBER = {number}\n")
        assert find(f"{path}:NUMBER") == number
        assert find(f"{path}:NUMBER") == number


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
        (":Plain", "", ":Plain is not a workload: make it of bench.Workload"),
        (":Mine", "import nothing_of_that_name", "cannot be loaded: ModuleNotFoundError"),
        (":Mine", "raise RuntimeError('not today')", "cannot be loaded: RuntimeError: not today"),
        (":Mine", "del Mine.name", "has no name: a workload must define them"),
        (":Mine", "Mine.name = 'sleep'", "are both called sleep: rename one"),
        (
            ":Bare",
            "class Bare(Workload):\n  name = family = 'x'\n  bound = 'io'\n  flavours = ()",
            "is not a dataclass",
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


def test_what_lies_beside_a_file_is_found(file: Path) -> None:
    (file.parent / "their_helper.py").write_text("ANSWER = 42")
    file.write_text(f"import their_helper\n{GOOD}")
    assert find(f"{file}:their_helper.ANSWER") == 42


def test_every_workload_says_what_it_is() -> None:
    for kind in WORKLOADS.all:
        assert kind.__doc__
        assert kind.label().startswith(kind.name)
        assert kind.bound in ("io", "cpu", "mixed", "none")
    labels = [kind.label() for kind in WORKLOADS.all]
    assert labels == sorted(labels)
