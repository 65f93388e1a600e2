"""The page that lists all runs of a folder and the pages on applications beside them, and gives the command
that compares two runs."""

import contextlib
import html
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from bench.core.errors import UserError
from bench.core.run import Plan
from bench.core.sanitize import one_line
from bench.report.html import page
from bench.report.links import APPLICATIONS, REPORT
from bench.storage.reader import OBSERVATIONS, load_plan, opened
from bench.storage.run_folder import write_whole

INDEX = "index.html"
MARK = b'<meta name="generator" content="bench">'
MARKED_WITHIN = 4096  # bytes
MOST_RUNS = 1000
END = 1 << 18  # bytes of what was measured in which the last block is looked for
TITLE = re.compile(r"<title>(?:Concurrency report: )?(.*?)</title>", re.DOTALL)
LONGEST_HEADLINE = 400  # characters
BLOCK = re.compile(rb'^\{"(?:observation|failure)":\{"block":(\d{1,4}),', re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A run in the list."""

    plan: Plan
    name: str  # its folder's
    path: str  # as a shell takes it
    headline: str  # as its report has it; "" without one
    link: str  # its report's address; "" where it has none yet
    begun: int  # blocks


@dataclass(frozen=True)
class Application:
    """The page on an application."""

    name: str  # its file's
    link: str
    headline: str
    written: str  # ISO 8601


def write_index(parent: Path) -> None:
    """Write ``parent/index.html``: the runs in it, newest first, by their plans and the titles of their
    reports, and the pages on applications. What cannot be read is skipped, and a page that this tool did not
    write is left alone.
    """
    there = parent / INDEX
    if os.path.lexists(there) and not is_own(there):
        return
    plans = sorted(readable_plans(parent), key=lambda each: each[1].created, reverse=True)
    entries = [entry(*each) for each in plans]
    text = page.build(
        "index.html.j2", styles="index", scripts="index", entries=entries, applications=applications(parent)
    )
    write_whole(there, text)


def is_own(page: Path) -> bool:
    """Whether this tool wrote a page."""
    return MARK in beginning(page)


def beginning(page: Path) -> bytes:
    """The first 4 KiB of a page, which have its title; nothing if it cannot be read."""
    try:
        with opened(page) as file:
            return file.read(MARKED_WITHIN)
    except (UserError, OSError):
        return b""


def headline(report: Path) -> str:
    """What a report that this tool wrote says first."""
    text = beginning(report)
    found = TITLE.search(text.decode("utf-8", "replace")) if MARK in text else None
    return one_line(" ".join(html.unescape(found[1]).split()), LONGEST_HEADLINE) if found else ""


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


def applications(parent: Path) -> Sequence[Application]:
    """The pages on applications in the folder, newest first, at most 1,000."""
    found = []
    for path in sorted(parent.glob(APPLICATIONS))[:MOST_RUNS]:
        with contextlib.suppress(OSError):
            if said := headline(path):
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
                found.append(Application(path.name, f"./{quote(os.fsencode(path.name))}", said, written))
    return sorted(found, key=lambda each: each.written, reverse=True)


def blocks_begun(folder: Path) -> int:
    """Number of blocks begun, by the last line of a known one; 0 if there is none."""
    try:
        with opened(folder / OBSERVATIONS) as file:
            file.seek(max(os.fstat(file.fileno()).st_size - END, 0))
            found = BLOCK.findall(file.read(END))
    except (UserError, OSError):
        return 0
    return int(found[-1]) + 1 if found else 0


def entry(folder: Path, plan: Plan) -> Entry:
    """A run in the list."""
    report = folder / REPORT
    link = f"./{quote(os.fsencode(folder.name))}/{REPORT}" if report.is_file() else ""
    path = shlex.quote(str(shown_path(folder)))
    return Entry(plan, folder.name, path, headline(report), link, blocks_begun(folder))


def shown_path(folder: Path) -> Path:
    """A folder as it is named from where this process runs, or all of it where it lies elsewhere."""
    try:
        return folder.relative_to(Path.cwd())
    except (ValueError, OSError):  # OSError: that folder is gone
        return folder
