"""Sessions of pytest with the plug-in, in folders of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLUGIN = "bench.api.pytest_plugin"
KNOWN = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
WORDS = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]

FUNCTIONS = """
import asyncio, hashlib, json, os, time
import pytest

DATA = bytes(8_000_000)
COUNT = 0

async def awaits():
    await asyncio.sleep(0.02)

async def blocks():
    time.sleep(0.02)

async def computes():
    total = 0
    for i in range(600_000):
        total += i

async def holds_in_c():
    sum(range(3_000_000))

def hashes():
    hashlib.sha256(DATA)

def adds():
    total = 0
    for i in range(100_000):
        total += i

def adds_in_c():
    sum(range(2_000_000))

def adds_twice():
    adds()
    adds()

def writes():
    return json.dumps({"a": 1})

def counts():
    global COUNT
    seen = COUNT
    COUNT = seen + 1
    time.sleep(0)
    COUNT -= 1
    return COUNT - seen

def changes():
    return os.urandom(4)

async def waits():
    await asyncio.sleep(60)

async def waits_with_much():
    kept = bytearray(300_000)
    await asyncio.sleep(60)
    return kept
"""


def environment(where: Path) -> dict[str, str]:
    """Without what pytest and its workers tell those that they start; the plug-in as if it were installed."""
    if not KNOWN:
        installed = where / "made_up-1.dist-info"
        installed.mkdir(exist_ok=True)
        (installed / "METADATA").write_text("Name: made-up\nVersion: 1\n")
        (installed / "entry_points.txt").write_text(f"[pytest11]\nconcurrency = {PLUGIN}\n")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**plain, "PYTHONPATH": os.pathsep.join([str(ROOT), str(where)])}


def run(where: Path, tests: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A session with these tests alone."""
    (where / "test_it.py").write_text(tests)
    return subprocess.run(
        [*WORDS, f"--rootdir={where}", *words, "test_it.py"],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        env=environment(where),
    )


def session(where: Path, tests: str, *words: str) -> tuple[str, dict[str, dict[str, object]]]:
    """What a session prints, and its findings by test, from its JUnit file; of several the last. Its budget is
    that of a busy machine."""
    out = where / "junit.xml"
    done = run(where, FUNCTIONS + tests, "--concurrency-budget=20", f"--junitxml={out}", *words)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = {}
    for case in ET.parse(out).iter("testcase"):
        for each in case.iter("property"):
            found[str(case.get("name"))] = json.loads(str(each.get("value")))
    return done.stdout, found
