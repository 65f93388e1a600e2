"""Other interpreters, for tests of what this one lacks.

Their paths are in BENCH_TEST_PYTHONS, separated by colons; without it, they are looked for where they are kept.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

KEPT = Path("~/.cache/bench-pythons")
NAME = (
    "import sys, sysconfig;"
    "print('%d.%d' % sys.version_info[:2] + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))"
)


def find(name: str) -> str | None:
    """The path of an interpreter: "3.14" has a GIL, "3.13t" can do without. None: there is none here."""
    named = os.environ.get("BENCH_TEST_PYTHONS")
    paths = (
        named.split(":") if named else [str(KEPT.expanduser() / f"venv{name.replace('.', '')}/bin/python")]
    )
    return next((path for path in paths if path and _name_of(path) == name), None)


def need(name: str) -> str:
    """``find``, or the test is skipped."""
    path = find(name)
    if path is None:
        pytest.skip(f"no Python {name} here: name one in BENCH_TEST_PYTHONS")
    return path


@cache
def _name_of(path: str) -> str:
    try:
        return subprocess.run([path, "-c", NAME], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
