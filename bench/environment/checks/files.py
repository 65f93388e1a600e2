"""Open-file limit of a process, compared with the connections of the cells with the most in flight."""

from bench.core.run import Finding
from bench.environment.checks import Check, Scene, judged
from bench.environment.machine import reachable_files

BESIDE = 64  # other files of a process; the server had 8 beside 1,024 connections


def look(scene: Scene) -> list[Finding]:
    return [judge(reachable_files(), scene.connections)]


def judge(reachable: int, connections: int) -> Finding:
    """Poor where the server or a client could not open them all: such cells fail. A run raises its limit as
    far as it may, so that is what counts."""
    needed = connections + BESIDE
    said = f"{reachable:,} ({needed:,} needed)"
    how = "raise the hard limit (ulimit -Hn, docker run --ulimit nofile)"
    advice = f"Cells with {connections:,} connections will fail: {how}."
    return judged("open-file limit", reachable >= needed, said, advice)


CHECK = Check("files", 50, look, quick=True)
