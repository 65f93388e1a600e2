"""The command as a user calls it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def bench(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """``python -m bench`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *map(str, words)],
        check=False,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100", **env},
        capture_output=True,
        text=True,
        timeout=200,
    )
