"""Where temporary folders are made, and which of those that others left are removed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from bench.execution.temporary import LOCK, locked, parent_folder, remove_stale
from bench.execution.watchdog import Watchdog


@pytest.mark.parametrize(("length", "taken"), [(20, True), (51, True), (52, False), (300, False)])
def test_a_path_that_is_too_long_for_sockets_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, length: int, taken: bool
) -> None:
    folder = "/" + "x" * (length - 1)
    monkeypatch.setattr(tempfile, "tempdir", folder)
    assert parent_folder() == (folder if taken else "/tmp")


def test_what_a_killed_run_left_is_removed_by_the_next_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, held, others = (tmp_path / f"bench-{name}" for name in ("left", "held", "others"))
    for folder in (left, held, others):
        folder.mkdir()
        (folder / "file").touch()
    (left / LOCK).touch()
    monkeypatch.setattr("bench.execution.watchdog.parent_folder", lambda: str(tmp_path))
    with locked(str(held)), Watchdog():
        assert sorted(tmp_path.iterdir()) == sorted([held, others])
    remove_stale(str(tmp_path / "nowhere"))
