"""With all warnings shown, nothing of ours is left open or used that is deprecated."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON = (sys.executable, "-X", "dev", "-P", "-m")
ROOT = Path(__file__).parents[2]
ENV = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONPATH": str(ROOT)}


def warned(where: Path, *words: str) -> str:
    """What it said on standard error; its standard input is closed once it has started."""
    done = subprocess.run(
        [*PYTHON, *words],
        cwd=where,
        env=ENV,
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("service", ["http", "mongo"])
def test_a_service_closes_what_it_opened(service: str, tmp_path: Path) -> None:
    assert warned(tmp_path, f"bench.execution.services.{service}") == ""


@pytest.mark.full
def test_a_run_with_services_closes_what_it_opened(tmp_path: Path) -> None:
    """Of each kind of work one, and of each service."""
    kinds = ["-w", "http[httpx]", "-w", "mongo[pymongo]", "-w", "cpu-python", "-w", "file[open]"]
    models = ["-r", "sync", "-r", "multiprocessing"]
    said = warned(tmp_path, "bench", "run", *kinds, *models, "-n", "4", "--blocks", "1")
    assert "Warning" not in said
