"""How many files a process may have open, against the connections of the cells with most in flight."""

from __future__ import annotations

import resource

from bench.checks import Check, Scene
from bench.records import Finding

BESIDE = 64  # of a process's own; the server had 8 beside 1,024 connections
USUAL = 4096


def look(scene: Scene) -> list[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [judge(soft, hard, scene.connections)]


def judge(soft: int, hard: int, connections: int) -> Finding:
    """Poor where the server or a client could not open them all: such cells fail."""
    needed = connections + BESIDE
    if soft == resource.RLIM_INFINITY:
        return Finding("open-file limit", "good", f"none, where {needed:,} are needed")
    said = f"{soft:,}, where {needed:,} are needed"
    if soft >= needed:
        return Finding("open-file limit", "good", said)
    if hard == resource.RLIM_INFINITY or hard >= needed:
        wanted = max(USUAL, needed)
        raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        how = f"ulimit -n {raised} raises it in this shell"
    else:
        how = f"it can be raised to {hard:,} only, so raise the hard limit first (docker run --ulimit nofile)"
    advice = f"Cells with {connections:,} connections fail: {how}."
    return Finding("open-file limit", "poor", said, advice)


CHECK = Check(50, look, quick=True)
