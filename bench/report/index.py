"""The page that lists all runs of a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.errors import UserError
from bench.records import Run
from bench.report import page
from bench.report.sections.head import moment
from bench.store import load_run, write_whole

REPORT, INDEX = "report.html", "index.html"
MARK = '<meta name="generator" content="bench">'


@dataclass(frozen=True)
class Entry:
    """A run, as text."""

    when: str
    host: str
    python: str
    mode: str
    status: str
    blocks: str
    folder: str
    link: str  # "": it has no report yet


def write_index(parent: Path) -> None:
    """Write ``parent/index.html``: the runs in it, newest first. Folders that cannot be read are skipped,
    and a page that this tool did not write is left alone."""
    there = parent / INDEX
    if there.exists() and not (there.is_file() and MARK in there.read_text(errors="replace")):
        return
    runs = sorted(readable_runs(parent), key=lambda run: run.plan.created, reverse=True)
    write_whole(parent / INDEX, page.build("index.html.j2", entries=[entry(run) for run in runs]))


def readable_runs(parent: Path) -> Sequence[Run]:
    """The runs in the folder; ``latest`` is one of them under another name."""
    found = []
    for folder in parent.iterdir():
        if folder.is_symlink() or not folder.is_dir():
            continue
        try:
            found.append(load_run(folder))
        except (UserError, OSError, ValueError):
            continue
    return found


def entry(run: Run) -> Entry:
    """What the list says of a run."""
    folder = Path(run.folder)
    plan = run.plan
    begun = len({observation.block for observation in run.observations})
    pythons = [f"{python.name}{'' if python.gil else ', GIL off'}" for python in plan.interpreters]
    return Entry(
        when=moment(plan.created),
        host=plan.machine.host,
        python="; ".join(pythons),
        mode=plan.mode,
        status=plan.status,
        blocks=str(begun) if begun == plan.blocks else f"{begun} of {plan.blocks}",
        folder=folder.name,
        link=f"./{quote(os.fsencode(folder.name))}/{REPORT}" if (folder / REPORT).is_file() else "",
    )
