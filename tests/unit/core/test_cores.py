"""Cores by affinity and by quotas of control groups, of version 1 and of version 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.core import cores
from bench.core.cores import cgroup_quota, usable_cores


def tree(root: Path, **files: str) -> Path:
    """Files by path; "/" is written as "__", "." as itself where the name is quoted."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("quota", "worth"), [("150000", 1.5), ("-1", None), ("0", None), ("max", None), ("", None)]
)
@pytest.mark.parametrize(
    "above", ["a", "a/b", "."]
)  # /a/b is the process's own; a container sees the mount alone
def test_a_quota_of_version_1_is_read_up_the_tree(
    tmp_path: Path, above: str, quota: str, worth: float | None
) -> None:
    proc = tree(tmp_path / "proc", self__cgroup="3:cpu,cpuacct:/a/b\n2:memory:/z\n0::/\n")
    mounted = tmp_path / "cgroup"
    tree(mounted / "cpu" / above, **{"cpu.cfs_quota_us": f"{quota}\n", "cpu.cfs_period_us": "100000\n"})
    assert cgroup_quota(proc, mounted) == worth


@pytest.mark.parametrize("root", [".", "unified"])
def test_a_quota_of_version_2_is_the_least_up_the_tree(tmp_path: Path, root: str) -> None:
    proc = tree(tmp_path / "proc", self__cgroup="0::/a/b\n")
    mounted = tmp_path / "cgroup"
    tree(mounted / root, **{"a__b__cpu.max": "max 100000\n", "a__cpu.max": "50000 100000\n"})
    assert cgroup_quota(proc, mounted) == 0.5
    tree(mounted / root, **{"cpu.max": "20000 100000\n"})
    assert cgroup_quota(proc, mounted) == 0.2


def test_without_files_or_outside_of_the_mount_none_is_known(tmp_path: Path) -> None:
    assert cgroup_quota(tmp_path, tmp_path) is None
    proc = tree(tmp_path / "proc", self__cgroup="3:cpu:/../..\n0::/a\n")
    assert cgroup_quota(proc, tmp_path) is None


@pytest.mark.parametrize(("quota", "usable"), [(0.5, 1), (1.5, 2), (64.0, 4), (None, 4)])
def test_part_of_a_core_lets_one_more_run(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, usable: int
) -> None:
    monkeypatch.setattr(cores, "cgroup_quota", lambda: quota)
    monkeypatch.setattr(cores, "affine_cores", lambda: 4)
    assert usable_cores() == usable
