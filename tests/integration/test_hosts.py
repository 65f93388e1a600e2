"""Interpreters describe themselves, and what is not one is rejected."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.core.catalog import all_modules
from bench.core.errors import UserError
from bench.core.runner import RUNNERS
from bench.environment.interpreter import Host, ask
from tests.integration.conftest import Lab


def described(lab: Lab, path: str, **environment: str) -> Host:
    return ask(path, environment, links=lab.links)


def test_this_python_describes_itself(lab: Lab) -> None:
    host = described(lab, sys.executable)
    assert host.python.version == ".".join(map(str, sys.version_info[:3]))
    assert host.executable == sys.executable
    assert host.python.packages["httpx"]
    assert host.lacks(["httpx", "no_such_module"]) == ["no_such_module"]
    assert host.runners["threading"] is None
    assert host.python.build


def test_an_empty_environment_has_no_clients_but_runs_the_core_models(lab: Lab, tmp_path: Path) -> None:
    import venv

    venv.create(tmp_path / "bare", with_pip=False)
    host = described(lab, str(tmp_path / "bare" / "bin" / "python"))
    assert host.python.packages == {}
    assert not host.pip
    assert {"httpx", "pymongo"} <= set(host.lacks(all_modules()))
    core = [runner.name for runner in RUNNERS.all if runner.core]
    assert all(host.runners[name] is None for name in core)
    assert "trio" in (host.runners["trio"] or "")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo hello", "is not a Python interpreter"),
        ("echo broken >&2; exit 3", "fails at start-up: broken"),
        ("exit 3", "fails at start-up: exit code 3"),
        ('[ "$1" = -c ] && echo 3.8', "is Python 3.8: 3.11 is the oldest"),
        ('[ "$1" = -c ] && echo 3.12; echo "{}"', "is not a Python interpreter|is not a usable Python"),
        ('[ "$1" = -c ] && { echo 3.12; exit; }; echo "{}"', "is not a usable Python"),
    ],
)
def test_what_is_no_python_is_one_sentence(lab: Lab, tmp_path: Path, script: str, words: str) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    with pytest.raises(UserError, match=words) as error:
        described(lab, str(fake))
    assert "\n" not in str(error.value)


def test_what_cannot_be_started_is_one_sentence(lab: Lab, tmp_path: Path) -> None:
    text = tmp_path / "python"
    text.write_text("no program")
    with pytest.raises(UserError, match="cannot be started"):
        described(lab, str(text))
