"""How many files a process may have open, against the connections of the cells with most in flight."""

from __future__ import annotations

from bench.core.records import Finding
from bench.environment.checks import Check, Scene
from bench.environment.machine import reachable_files

BESIDE = 64  # of a process's own; the server had 8 beside 1,024 connections


def look(scene: Scene) -> list[Finding]:
    return [judge(reachable_files(), scene.connections)]


def judge(reachable: int, connections: int) -> Finding:
    """Poor where the server or a client could not open them all: such cells fail. A run raises its limit as
    far as it may, so that is what counts."""
    needed = connections + BESIDE
    said = f"{reachable:,}, where {needed:,} are needed"
    if reachable >= needed:
        return Finding("open-file limit", "good", said)
    how = "raise the hard limit (ulimit -Hn, docker run --ulimit nofile)"
    return Finding("open-file limit", "poor", said, f"Cells with {connections:,} connections fail: {how}.")


CHECK = Check("files", 50, look, quick=True)
