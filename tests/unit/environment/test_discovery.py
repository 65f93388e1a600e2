"""From what is written after --python to interpreters."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bench.core.errors import UserError
from bench.core.run import Interpreter
from bench.environment.discovery import by_pyenv, candidates, hosts, installed, resolve
from bench.environment.interpreter import Host
from tests.made_up_host import a_host


def executable(path: Path, text: str = "#!/bin/sh\n") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with an empty folder on PATH and no pyenv."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("PYTHON_GIL", raising=False)
    return tmp_path


def asked(there: Mapping[str, Host]) -> Callable[[str, Mapping[str, str]], Host]:
    """Interpreters that describe themselves, by path."""

    def ask(path: str, environment: Mapping[str, str]) -> Host:
        if path not in there:
            raise UserError(f"{path} fails as it starts: no such version")
        host = there[path]
        free, version = host.python.free_threaded_build, host.python.version
        return a_host(version, free=free, path=path, environment=environment)

    return ask


def test_without_a_name_it_is_the_one_that_runs() -> None:
    seen = []
    found = hosts((), lambda path, environment: seen.append(path) or a_host())
    assert len(found) == len(seen) == 1


def test_a_path_a_folder_and_a_name_are_found(nothing_installed: Path) -> None:
    python = executable(nothing_installed / "venv" / "bin" / "python")
    named = executable(nothing_installed / "bin" / "mypython")
    ask = asked({python: a_host("3.12.1"), named: a_host("3.13.2")})
    assert resolve(python, ask).python.version == "3.12.1"
    assert resolve(str(nothing_installed / "venv"), ask).executable == python
    assert resolve("mypython", ask).python.version == "3.13.2"


def test_a_version_is_looked_for_on_path_then_in_pyenv(nothing_installed: Path) -> None:
    of_pyenv = executable(nothing_installed / "pyenv/versions/3.12.9/bin/python")
    executable(nothing_installed / "pyenv/versions/3.12.10/bin/python")
    executable(nothing_installed / "pyenv/versions/3.12.9t/bin/python")
    newest = str(nothing_installed / "pyenv/versions/3.12.10/bin/python")
    assert [version for version, _ in by_pyenv()] == ["3.12.10", "3.12.9", "3.12.9t"]
    assert list(candidates("3.12")) == [newest, of_pyenv]
    on_path = executable(nothing_installed / "bin" / "python3.12")
    assert list(candidates("3.12")) == [on_path, newest, of_pyenv]
    assert list(candidates("3.12t")) == [
        on_path,
        str(nothing_installed / "pyenv/versions/3.12.9t/bin/python"),
    ]


def test_what_cannot_be_read_or_is_no_folder_is_passed_over(
    nothing_installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = executable(nothing_installed / "bin" / "python3.12")
    (nothing_installed / "pyenv").mkdir()
    (nothing_installed / "pyenv" / "versions").touch()
    nowhere = f"{nothing_installed}/nowhere"
    monkeypatch.setenv("PATH", os.pathsep.join([nowhere, there, str(nothing_installed / "bin")]))
    assert by_pyenv() == []
    assert installed() == [("3.12", there)]


def test_uv_is_asked_where_it_is(nothing_installed: Path) -> None:
    found = executable(nothing_installed / "uv-pythons" / "python3.14t")
    executable(nothing_installed / "bin" / "uv", f'#!/bin/sh\n[ "$1" = python ] && echo {found}\n')
    assert list(candidates("3.14t")) == [found]


def test_what_does_not_start_or_does_not_fit_is_passed_over(nothing_installed: Path) -> None:
    shim = executable(nothing_installed / "bin" / "python3.13t")
    gil = executable(nothing_installed / "bin" / "python3.13")
    free = executable(nothing_installed / "pyenv/versions/3.13.2t/bin/python")
    there = {gil: a_host("3.13.1"), free: a_host("3.13.2", free=True)}
    assert resolve("3.13t", asked(there)).executable == free
    assert resolve("3.13", asked(there)).executable == gil
    with pytest.raises(UserError, match="no such version"):
        resolve("3.13t", asked({gil: a_host("3.13.1")}))
    assert shim in list(candidates("3.13t"))


def test_a_free_threaded_build_is_measured_beside_itself_with_a_gil_and_its_like(
    nothing_installed: Path,
) -> None:
    free = executable(nothing_installed / "bin" / "python3.14t")
    like = executable(nothing_installed / "bin" / "python3.14")
    ask = asked({free: a_host("3.14.2", free=True), like: a_host("3.14.2")})
    arms = hosts(("3.14t",), ask)
    assert [arm.python.name for arm in arms] == ["3.14.2t", "3.14.2t (GIL on)", "3.14.2"]
    assert [dict(arm.environment) for arm in arms] == [{}, {"PYTHON_GIL": "1"}, {}]
    assert [arm.python.gil for arm in arms] == [False, True, True]
    assert [arm.python.beside for arm in arms] == [False, True, True]


def test_its_like_has_the_same_version_to_the_last_number(nothing_installed: Path) -> None:
    free = executable(nothing_installed / "bin" / "python3.14t")
    other = executable(nothing_installed / "bin" / "python3.14")
    arms = hosts(("3.14t",), asked({free: a_host("3.14.2", free=True), other: a_host("3.14.1")}))
    assert [arm.python.name for arm in arms] == ["3.14.2t", "3.14.2t (GIL on)"]


def test_its_like_is_not_measured_twice(nothing_installed: Path) -> None:
    free = executable(nothing_installed / "bin" / "python3.14t")
    like = executable(nothing_installed / "bin" / "python3.14")
    ask = asked({free: a_host("3.14.2", free=True), like: a_host("3.14.2")})
    for order in (("3.14", "3.14t"), ("3.14t", "3.14"), ("3.14t", "3.14t", "3.14")):
        arms = hosts(order, ask)
        assert sorted(arm.python.name for arm in arms) == ["3.14.2", "3.14.2t", "3.14.2t (GIL on)"]
        assert [arm.python.name for arm in arms if arm.python.beside] == ["3.14.2t (GIL on)"]


def test_two_environments_of_one_version_keep_apart(nothing_installed: Path) -> None:
    one = executable(nothing_installed / "one" / "bin" / "python")
    other = executable(nothing_installed / "other" / "bin" / "python")
    found = hosts((one, other), asked({one: a_host("3.12.1"), other: a_host("3.12.1")}))
    names = [host.python.name for host in found]
    assert len(set(names)) == 2
    assert all(name.startswith("3.12.1 (") for name in names)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3.19", "uv python install 3.19"),
        ("nosuchpython", "not found on PATH"),
        ("./no/such/python", "there is no"),
        ("", "--python is empty"),
    ],
)
def test_what_is_not_there_is_one_sentence(nothing_installed: Path, text: str, words: str) -> None:
    executable(nothing_installed / "pyenv/versions/3.12.9/bin/python")
    executable(nothing_installed / "pyenv/versions/3.9.1/bin/python")
    with pytest.raises(UserError) as error:
        resolve(text, asked({}))
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert "3.9.1" not in str(error.value)
    if words.startswith("uv"):
        assert "There are 3.12.9." in str(error.value)


def test_what_could_be_measured_is_listed(nothing_installed: Path) -> None:
    executable(nothing_installed / "bin" / "python3.14t")
    executable(nothing_installed / "bin" / "python3.9")
    executable(nothing_installed / "bin" / "python3-config")
    executable(nothing_installed / "pyenv/versions/3.12.9/bin/python")
    assert [name for name, _ in installed()] == ["3.12.9", "3.14t"]


def test_an_install_command_names_the_interpreter() -> None:
    assert a_host(path="/opt/python").install(["mongomock_motor", "httpx"]) == (
        "/opt/python -m pip install mongomock-motor httpx"
    )
    assert a_host(path="/opt/python", pip=False).install(["httpx"]) == (
        "uv pip install --python /opt/python httpx"
    )


def test_a_host_knows_its_version() -> None:
    assert a_host("3.14.0rc1").version == (3, 14)
    assert isinstance(a_host().python, Interpreter)
    assert os.path.isabs(a_host().executable)
