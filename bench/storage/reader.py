"""Reading a run folder; a sentence says what is wrong with its files.

They may be truncated, edited, of another version, huge or malicious: nothing in them is run, nothing blocks,
memory is bounded by the limits below, and text and figures come out as ``plain`` makes them.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import msgspec

from bench.core.cell import Cell
from bench.core.demo_outcome import Outcome
from bench.core.errors import UserError
from bench.core.observation import Failure, Observation
from bench.core.run import SCHEMA, Plan, Run
from bench.core.sanitize import one_line, plain
from bench.storage.validation import impossible, impossible_outcome, impossible_plan

PLAN = "run.json"
OBSERVATIONS = "observations.jsonl"
DEMOS = "demos.jsonl"

LARGEST_PLAN = 16 << 20  # bytes; ten thousand cells have 3 MiB
LARGEST_LINES = 256 << 20  # bytes of all lines of a file; 40 blocks of 500 cells have 100 MiB
LONGEST_LINE = 4 << 20  # bytes; an observation that keeps its spans has 0.2 MiB
MOST_LINES = 300_000

# Without waiting for the other end of a pipe; of these, Windows has the last alone, for bytes as they are.
READING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
MEND = "remove the line to use the rest"
DECODING = (msgspec.DecodeError, UnicodeError, RecursionError)  # a ValidationError is a DecodeError


class _Head(msgspec.Struct):
    """The part of a plan that says whether the rest can be read."""

    schema: int
    versions: object = None


class _Line(msgspec.Struct):
    observation: Observation | None = None
    failure: Failure | None = None


@dataclass(frozen=True)
class _Known:
    """A plan, and its cells' keys by their keys in the file: a name that was made plain changes a key."""

    plan: Plan
    keys: Mapping[str, str]


def load_run(path: Path) -> Run:
    """Read a run folder (or its ``run.json``), by its own name where a link leads to it. Raises UserError
    saying what is wrong with it.

    A last line that is truncated is skipped.
    """
    folder = path.parent if path.name == PLAN else path
    try:
        if folder.is_symlink():
            folder = folder.parent / folder.readlink()  # "latest" may lead elsewhere in a moment
        known = _known(folder)
        run = Run(known.plan, [], [], str(folder))
        seen: set[tuple[int, str]] = set()
        for where, line in _lines(folder / OBSERVATIONS):
            record = _record(line, where, known)
            if isinstance(record, Failure):
                run.failures.append(record)
                continue
            if (record.block, record.key) in seen:
                raise UserError(f"{where} repeats a cell of block {record.block}; {MEND}.")
            seen.add((record.block, record.key))
            run.observations.append(record)
        run.demos.extend(_outcome(line, where) for where, line in _lines(folder / DEMOS))
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        raise UserError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from None
    return run


def load_plan(folder: Path) -> Plan:
    """Read a run folder's plan alone. Raises UserError."""
    try:
        return _known(folder).plan
    except (OSError, ValueError) as error:
        raise UserError(f"Cannot read {folder}: {getattr(error, 'strerror', None) or error}.") from None


def _known(folder: Path) -> _Known:
    path = folder / PLAN
    if not path.is_file():
        raise UserError(
            f"{folder} is not a run: it has no {PLAN}. Name a folder that `python -m bench` wrote."
        )
    with opened(path) as file:
        text = file.read(LARGEST_PLAN + 1) or b""
    if len(text) > LARGEST_PLAN:
        raise UserError(f"{path} is not a run: it has more than {LARGEST_PLAN >> 20} MiB.")
    _check_schema(text, path)
    try:
        raw = msgspec.json.decode(text, type=Plan)
        found = _plainly(raw)
    except DECODING as error:
        raise UserError(f"{path} is not a run: {error}.") from None
    wrong = impossible_plan(found.plan)
    if wrong:
        raise UserError(f"{path} is not a run: {wrong}.")
    return found


def _check_schema(text: bytes, path: Path) -> None:
    try:
        head = msgspec.json.decode(text, type=_Head)
    except DECODING:
        raise UserError(f"{path} is not a run: it is not the JSON that this tool writes.") from None
    newer = head.schema > SCHEMA
    wrote = head.versions.get("bench") if isinstance(head.versions, dict) else None
    if head.schema == SCHEMA:
        return
    if isinstance(wrote, str):
        use = f"bench {one_line(wrote, 40)}, which wrote it" + (", or a newer one" if newer else "")
    else:
        use = "a newer version" if newer else "the version that wrote it"
    shown = one_line(str(head.schema), 20)
    raise UserError(f"{path} has schema {shown} and this version reads {SCHEMA}: use {use}.")


def _plainly(raw: Plan) -> _Known:
    cells: dict[str, Cell] = {}
    keys: dict[str, str] = {}
    for each in raw.cells:
        cell = plain(each)
        cells.setdefault(cell.key, cell)
        keys[each.key] = keys[cell.key] = cell.key
    expected = {keys.get(key, key): seconds for key, seconds in raw.expected_s.items()}
    rest = plain(replace(raw, cells=[], expected_s=expected))
    return _Known(replace(rest, cells=list(cells.values())), keys)


def _record(line: bytes, where: str, known: _Known) -> Observation | Failure:
    try:
        read = msgspec.json.decode(line, type=_Line)
    except DECODING as error:
        raise UserError(f"{where} is not an observation: {error}; {MEND}.") from None
    record = plain(read.failure or read.observation)
    if record is None:
        raise UserError(f"{where} is not an observation; {MEND}.")
    key = known.keys.get(record.key)
    if key is None:
        raise UserError(f"{where} has a cell that is not in the plan; {MEND}.")
    record = replace(record, key=key) if key != record.key else record
    if not 0 <= record.block < known.plan.blocks:
        raise UserError(f"{where} has a block that is not in the plan; {MEND}.")
    wrong = impossible(record, known.plan.cell[key]) if isinstance(record, Observation) else None
    if wrong:
        raise UserError(f"{where} is impossible: {wrong}; {MEND}.")
    return record


def _outcome(line: bytes, where: str) -> Outcome:
    try:
        outcome = plain(msgspec.json.decode(line, type=Outcome))
    except DECODING as error:
        raise UserError(f"{where} is not a demo: {error}; {MEND}.") from None
    wrong = impossible_outcome(outcome)
    if wrong:
        raise UserError(f"{where} is impossible: {wrong}; {MEND}.")
    return outcome


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The complete lines of a file, if it exists, each with its place in words."""
    if not os.path.lexists(path):
        return
    total = 0
    with opened(path) as file:
        for number in range(1, MOST_LINES + 2):
            where = f"Line {number} of {path}"
            line = file.readline(LONGEST_LINE + 1)
            total += len(line)
            if len(line) > LONGEST_LINE:
                raise UserError(f"{where} has more than {LONGEST_LINE >> 20} MiB; {MEND}.")
            if not line.endswith(b"\n"):
                return
            if number > MOST_LINES or total > LARGEST_LINES:
                most = f"{MOST_LINES:,} lines" if number > MOST_LINES else f"{LARGEST_LINES >> 20} MiB"
                raise UserError(f"{path} has more than {most}: no run has that much.")
            yield where, line


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open. A pipe or a device is not waited for: UserError."""
    no_file = UserError(f"{path} is not a regular file: the run cannot be read.")
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise no_file
    with os.fdopen(os.open(path, READING), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # put in its place meanwhile
            raise no_file
        yield file
