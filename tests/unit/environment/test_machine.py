"""What is said of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.core.runner import affine_cores
from bench.environment.machine import cgroup_quota, describe_machine, shown, usable_cores


def test_a_path_is_shown_without_what_is_nobodys_business(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert shown(str(tmp_path / ".venv/bin/python")) == ".venv/bin/python"
    assert shown("/usr/bin/python3") == "/usr/bin/python3"
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert shown("/usr/bin/python3") == "usr/bin/python3"


def test_cores_are_counted_by_what_may_be_used() -> None:
    machine = describe_machine()
    assert 1 <= usable_cores() == machine.cores <= affine_cores() <= machine.cores_shown


def test_a_quota_is_read_up_the_tree(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert cgroup_quota(tmp_path) == 1.5
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert cgroup_quota(tmp_path) is None
