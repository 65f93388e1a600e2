"""The page that lists all runs of a folder."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from bench.core.errors import UserError
from bench.core.run import Plan
from bench.report.html import page
from bench.report.links import REPORT
from bench.storage.reader import OBSERVATIONS, load_plan, opened
from bench.storage.run_folder import write_whole

INDEX = "index.html"
MARK = b'<meta name="generator" content="bench">'
MARKED_WITHIN = 4096  # bytes
MOST_RUNS = 1000
END = 1 << 18  # bytes of what was measured in which the last block is looked for
BLOCK = re.compile(rb'^\{"(?:observation|failure)":\{"block":(\d{1,4}),', re.MULTILINE)


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
    """Number of blocks begun, by the last line of a known one; 0 if there is none."""
    try:
        with opened(folder / OBSERVATIONS) as file:
            file.seek(max(os.fstat(file.fileno()).st_size - END, 0))
            found = BLOCK.findall(file.read(END))
    except (UserError, OSError):
        return 0
    return int(found[-1]) + 1 if found else 0


def entry(folder: Path, plan: Plan) -> tuple[Plan, str, str, str]:
    """A run in the list: its plan, the blocks that it has, its folder's name, and the report's address, ""
    where it has none yet."""
    begun = blocks_begun(folder)
    blocks = str(begun) if begun == plan.blocks else f"{begun} of {plan.blocks}"
    address = f"./{quote(os.fsencode(folder.name))}/{REPORT}"
    return plan, blocks, folder.name, address if (folder / REPORT).is_file() else ""
