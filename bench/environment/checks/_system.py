"""Reading the system's small files (/proc, /sys, cgroups)."""

from collections.abc import Iterator
from pathlib import Path

from bench.environment.checks import Scene


def contents(path: Path) -> str | None:
    """A file's text stripped; None where it cannot be read."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None


def number(path: Path) -> int | None:
    """A file's integer; None where there is none, as in "max"."""
    try:
        return int(contents(path) or "")
    except ValueError:
        return None


def cgroups(scene: Scene, controller: str) -> Iterator[Path]:
    """The folders of this process's control groups, and of those above them, for that controller: of
    version 2, and of version 1 where it is mounted."""
    mounted = scene.sys / "fs/cgroup"
    for line in (contents(scene.proc / "self/cgroup") or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = mounted / controller if controllers else mounted
        own = root / path.lstrip("/")
        for folder in (own, *own.parents):
            yield folder
            if folder == root:
                break
