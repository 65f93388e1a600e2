"""The page that lists all runs of a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.core.errors import UserError
from bench.core.records import Plan
from bench.report.html import page
from bench.report.html.sections.head import moment
from bench.storage.reader import OBSERVATIONS, load_plan, opened
from bench.storage.run_folder import write_whole

REPORT, INDEX = "report.html", "index.html"
MARK = b'<meta name="generator" content="bench">'
MARKED_WITHIN = 4096  # bytes
MOST_RUNS = 1000
END = 1 << 18  # bytes of what was measured in which the last block is looked for
BLOCK = re.compile(rb'^\{"(?:observation|failure)":\{"block":(\d{1,4}),', re.MULTILINE)


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
    """Write ``parent/index.html``: the runs in it, newest first, by their plans alone. Folders that cannot be
    read are skipped, and a page that this tool did not write is left alone."""
    there = parent / INDEX
    if os.path.lexists(there) and not is_own(there):
        return
    plans = sorted(readable_plans(parent), key=lambda each: each[1].created, reverse=True)
    write_whole(there, page.build("index.html.j2", entries=[entry(*each) for each in plans]))


def is_own(page: Path) -> bool:
    """Whether this tool wrote a page."""
    try:
        with opened(page) as file:
            return MARK in file.read(MARKED_WITHIN)
    except (UserError, OSError):
        return False


def readable_plans(parent: Path) -> Sequence[tuple[Path, Plan]]:
    """The runs in the folder, at most 1,000 by the last of their names, which are times; ``latest`` is one of
    them under another name."""
    found: list[tuple[Path, Plan]] = []
    for folder in sorted(parent.iterdir(), reverse=True):
        if len(found) == MOST_RUNS:
            break
        try:
            if not folder.is_symlink() and folder.is_dir():
                found.append((folder, load_plan(folder)))
        except (UserError, OSError):
            continue
    return found


def blocks_begun(folder: Path) -> int:
    """The blocks of which something was measured, by the last line of a known one; 0 where none tells."""
    try:
        with opened(folder / OBSERVATIONS) as file:
            file.seek(max(os.fstat(file.fileno()).st_size - END, 0))
            found = BLOCK.findall(file.read(END))
    except (UserError, OSError):
        return 0
    return int(found[-1]) + 1 if found else 0


def entry(folder: Path, plan: Plan) -> Entry:
    """What the list says of a run."""
    begun = blocks_begun(folder)
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
