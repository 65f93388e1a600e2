"""A run folder: ``run.json`` (the plan, written first), ``observations.jsonl`` (a line for each observation,
as soon as it is measured) and ``demos.jsonl`` (a line for each demo)."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import itertools
import json
import os
import re
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec

from bench.errors import UserError
from bench.outcome import Outcome
from bench.records import SCHEMA, Failure, Observation, Plan, Run, to_json

PLAN = "run.json"
OBSERVATIONS = "observations.jsonl"
DEMOS = "demos.jsonl"
LATEST = "latest"
STAGING = ".bench-"
LARGEST = 2**53  # no figure of a run comes near; beyond it floats lose whole numbers


class RunFolder:
    """A run being written, by one process at a time: it holds a lock, which the system lifts however that
    process ends. What was appended is never rewritten."""

    def __init__(self, path: Path, plan: Plan, lines: FileIO) -> None:
        self.path = path
        self.plan = plan
        self._lines = lines  # the observations; this holds the lock

    @classmethod
    def create(cls, parent: Path, plan: Plan, staged: Callable[[str], None] = lambda path: None) -> RunFolder:
        """Make ``parent/<time>-<host>/`` with the plan in it: all of that or nothing. Until then it is called
        otherwise, and ``staged`` is told how before it is there. Raises UserError where it cannot be."""
        check_writable(parent)
        stamp = re.sub(r"[^0-9T]", "", plan.created.partition("+")[0]).replace("T", "-")
        host = re.sub(r"[^A-Za-z0-9-]", "-", plan.machine.host)[:40]
        staging = parent / f"{STAGING}{secrets.token_hex(8)}"
        staged(str(staging))
        try:
            staging.mkdir()
            folder = cls(staging, plan, _locked(staging))
            folder._write_plan()
            folder.path = _settled(staging, parent / f"{stamp}-{host}")
        except OSError as error:
            shutil.rmtree(staging, ignore_errors=True)
            raise UserError(
                f"Cannot write to {parent}: {error.strerror}; make room or name another --out."
            ) from None
        point_latest(parent, folder.path)
        return folder

    @classmethod
    def reopen(cls, path: Path) -> tuple[RunFolder, Run]:
        """Go on with a run that ended early; what it has comes with it. Raises UserError for what is no run,
        cannot be written, or is being measured still."""
        path = Path(load_run(path).folder)
        if path.is_symlink():
            path = path.parent / path.readlink()  # "latest" may lead elsewhere in a moment
        try:
            lines = _locked(path)
            for name in (OBSERVATIONS, DEMOS):
                _cut_torn_line(path / name)
        except BlockingIOError:
            raise UserError(f"{path} is being measured now: wait until that run has ended.") from None
        except OSError as error:
            raise UserError(f"Cannot write to {path}: {error.strerror}; mend that and try again.") from None
        run = load_run(path)
        return cls(path, run.plan, lines), run

    def append(self, record: Observation | Failure) -> None:
        """Save it now, so that it outlives this process; not a power failure. Raises UserError when it cannot
        be: then what was saved before stays as it is."""
        kind = "observation" if isinstance(record, Observation) else "failure"
        self._add(self._lines, f'{{"{kind}":{to_json(record)}}}\n')

    def keep(self, outcome: Outcome) -> None:
        """Save what a demo came to. Raises UserError as ``append`` does."""
        try:
            with FileIO(self.path / DEMOS, "a") as lines:
                self._add(lines, f"{to_json(outcome)}\n")
        except OSError as error:
            raise self._unwritable(error) from None

    def resumed(self, when: str) -> None:
        """The run goes on at that time (ISO 8601). Raises UserError where that cannot be written."""
        self.plan = replace(self.plan, status="running", resumed=[*self.plan.resumed, when])
        try:
            self._write_plan()
        except OSError as error:
            raise self._unwritable(error) from None

    def finish(self, status: str) -> None:
        """Close the run: "done", "interrupted" or "failed"."""
        self.plan = replace(self.plan, status=status)
        with contextlib.suppress(OSError):  # the plan that was written first is there still
            self._write_plan()
        self.close()

    def close(self) -> None:
        """Let others have it."""
        self._lines.close()

    def _add(self, lines: FileIO, line: str) -> None:
        before = os.fstat(lines.fileno())
        if not before.st_nlink:
            raise UserError(f"{self.path} is gone: somebody removed it, and what was measured with it.")
        try:
            rest = line.encode()
            while rest:
                rest = rest[lines.write(rest) :]
        except OSError as error:
            with contextlib.suppress(OSError):  # a part of a line must not stand before the next one
                lines.truncate(before.st_size)
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> UserError:
        return UserError(
            f"Cannot write to {self.path}: {error.strerror}; what was measured before is kept there. Make"
            f" room and go on with `python -m bench run --resume {shlex.quote(str(self.path))}`."
        )

    def _write_plan(self) -> None:
        write_whole(self.path / PLAN, json.dumps(asdict(self.plan), indent=1, allow_nan=False) + "\n")


def _locked(folder: Path) -> FileIO:
    """The observations of a run, opened to be written by this process alone. Raises BlockingIOError where
    another does so."""
    lines = FileIO(folder / OBSERVATIONS, "a")
    try:
        fcntl.flock(lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lines.close()
        raise
    except OSError:
        pass  # a file system without locks
    return lines


def _settled(staging: Path, wanted: Path) -> Path:
    """Give the folder the name, or the next that is free."""
    for number in itertools.count(1):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        try:
            staging.rename(path)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise
        else:
            return path
    raise AssertionError


def _cut_torn_line(path: Path) -> None:
    """Remove what a process that was killed had written of its last line."""
    if path.is_file():
        text = path.read_bytes()
        whole = text.rfind(b"\n") + 1
        if whole < len(text):
            os.truncate(path, whole)


def check_writable(parent: Path) -> None:
    """Raise UserError unless run folders can be made in ``parent``, which is made if need be."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=parent):
            pass
    except OSError as error:
        raise UserError(
            f"Cannot write to {parent}: {error.strerror}; name another folder with --out."
        ) from None


def write_whole(path: Path, text: str) -> None:
    """The whole text or what was there before, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def point_latest(parent: Path, path: Path) -> None:
    """``latest`` leads to the newest run; where links cannot be made there is none."""
    link, latest = parent / f".{LATEST}-{secrets.token_hex(4)}", parent / LATEST
    if latest.exists() and not latest.is_symlink():
        return  # a file or folder of the user's own
    with contextlib.suppress(OSError):
        link.symlink_to(path.name)
        link.replace(latest)


def load_run(path: Path) -> Run:
    """Read a run folder (or its ``run.json``). Raises UserError saying what is wrong with it.

    A last line that was cut off costs that line alone.
    """
    folder = path.parent if path.name == PLAN else path
    try:
        if not (folder / PLAN).is_file():
            raise UserError(
                f"{path} is no run: it has no {PLAN}. Name a folder that `python -m bench` wrote."
            )
        plan = _plan((folder / PLAN).read_bytes(), folder / PLAN)
        run = Run(plan, [], [], str(folder))
        lines = folder / OBSERVATIONS
        if lines.exists():
            if not lines.is_file():
                raise UserError(f"{lines} is no file: the run cannot be read.")
            _read_lines(lines, run)
        if (folder / DEMOS).is_file():
            _read_demos(folder / DEMOS, run)
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from None
    return run


def _read_lines(path: Path, run: Run) -> None:
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                break
            record = _line(line, f"Line {number} of {path}", run.plan)
            if isinstance(record, Observation):
                run.observations.append(record)
            else:
                run.failures.append(record)


def _read_demos(path: Path, run: Run) -> None:
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                break
            try:
                run.demos.append(msgspec.json.decode(line, type=Outcome))
            except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
                raise UserError(
                    f"Line {number} of {path} is no demo: {error}; remove the line to use the rest."
                ) from None


def _plan(text: bytes, path: Path) -> Plan:
    try:
        raw: Any = json.loads(text)
        schema = raw["schema"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(f"{path} is no run: it is not the JSON that this tool writes.") from None
    if schema != SCHEMA:
        raise UserError(
            f"{path} has schema {schema!r} and this version reads {SCHEMA}: use the version that wrote it."
        )
    try:
        plan = msgspec.convert(raw, Plan)
    except (msgspec.ValidationError, RecursionError, UnicodeError) as error:
        raise UserError(f"{path} is no run: {error}.") from None
    known = {workload.label for workload in plan.workloads}
    strangers = [
        cell.workload for cell in plan.cells if cell.study != "calibration" and cell.workload not in known
    ]
    if strangers:
        raise UserError(
            f"{path} is no run: its cells name the workload {strangers[0]!r}, which it does not describe."
        )
    if not 0 < plan.threshold <= 10:
        raise UserError(f"{path} is no run: its threshold is {plan.threshold}.")
    return plan


def _line(line: bytes, where: str, plan: Plan) -> Observation | Failure:
    try:
        raw = json.loads(line)
        record: Observation | Failure
        if "failure" in raw:
            record = msgspec.convert(raw["failure"], Failure)
        else:
            record = msgspec.convert(raw["observation"], Observation)
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.ValidationError) as error:
        said = f": {error}" if isinstance(error, msgspec.ValidationError) else ""
        raise UserError(f"{where} is no observation{said}; remove the line to use the rest.") from None
    if record.key not in plan.cell:
        raise UserError(f"{where} is of a cell that is not in the plan; remove the line to use the rest.")
    if isinstance(record, Observation):
        wrong = impossible(record, timed=plan.cell[record.key].procedure == "batch")
        if wrong:
            raise UserError(f"{where} cannot be: {wrong}; remove the line to use the rest.")
    return record


def impossible(seen: Observation, *, timed: bool) -> str | None:
    """What no measurement could have given, or None."""
    for name, value in vars(seen).items():
        if isinstance(value, int | float) and not 0 <= value < LARGEST:
            return f"{name} is {str(value)[:40]}"
    if not all(0 <= value < LARGEST for value in seen.figures.values()):
        return "its figures are out of range"
    if timed and not (seen.wall_s > 0 and seen.n > 0):
        return f"{seen.n} tasks in {seen.wall_s} s"
    if not all(bucket.isdecimal() and 0 < count < LARGEST for bucket, count in seen.latencies.items()):
        return "its latencies are no histogram"
    return None
