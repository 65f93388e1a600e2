"""What is said of the machine."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bench.core.cores import affine_cores, usable_cores
from bench.environment.machine import (
    describe_machine,
    open_files_allowed,
    processor_id,
    reachable_files,
    shown,
)


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


def test_a_user_without_a_home_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as where nobody knows it
    assert shown("/usr/bin/python3") == "/usr/bin/python3"


def test_cores_are_counted_by_what_may_be_used() -> None:
    machine = describe_machine()
    assert 1 <= usable_cores() == machine.cores <= affine_cores() <= machine.cores_shown


def test_the_limit_of_open_files_is_put_back() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = (min(before[0], 200), before[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, low)
    try:
        with open_files_allowed():
            assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == reachable_files() > low[0]
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == low
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_processor_is_known_by_more_than_its_marketing_name(tmp_path: Path) -> None:
    info, caches = tmp_path / "cpuinfo", tmp_path / "cache"
    for level, size in enumerate(("32K", "1024K", "32768K")):
        (caches / f"index{level}").mkdir(parents=True)
        (caches / f"index{level}" / "size").write_text(f"{size}\n")
    x86 = "processor: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t: 17\nmodel name\t: AMD EPYC\nstepping: 1\n"
    info.write_text(f"{x86}{x86.replace('17', '99')}")
    assert processor_id(info, caches) == "AuthenticAMD 25/17/1, 32768K"
    info.write_text("CPU implementer\t: 0x41\nCPU variant: 0x3\nCPU part: 0xd0c\nCPU revision: 1\n")
    assert processor_id(info, tmp_path) == "0x41 0xd0c/0x3/1"
    assert processor_id(tmp_path / "none", tmp_path) == ""
