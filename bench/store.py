"""A run folder: ``run.json`` (the plan, written first), ``observations.jsonl`` (a line for each observation,
as soon as it is measured) and ``demos.jsonl`` (a line for each demo)."""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

import msgspec

from bench.errors import UserError
from bench.outcome import Outcome
from bench.records import SCHEMA, Failure, Observation, Plan, Run, to_json

PLAN = "run.json"
OBSERVATIONS = "observations.jsonl"
DEMOS = "demos.jsonl"
LATEST = "latest"
LARGEST = 2**53  # no figure of a run comes near; beyond it floats lose whole numbers


class RunFolder:
    """A run being written. Nothing that was appended is ever rewritten."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan
        self._lines: IO[str] | None = None

    @classmethod
    def create(cls, parent: Path, plan: Plan) -> RunFolder:
        """Make ``parent/<time>-<host>/`` and write the plan. Raises UserError where that cannot be."""
        check_writable(parent)
        stamp = re.sub(r"[^0-9T]", "", plan.created.partition("+")[0]).replace("T", "-")
        host = re.sub(r"[^A-Za-z0-9-]", "-", plan.machine.host)[:40]
        for attempt in range(100):
            path = parent / (f"{stamp}-{host}" + (f"-{attempt + 1}" if attempt else ""))
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                break
        folder = cls(path, plan)
        try:
            folder._write_plan()
            folder._lines = open(path / OBSERVATIONS, "a", encoding="utf-8")  # noqa: SIM115 - open for the whole run
        except OSError as error:
            raise UserError(
                f"Cannot write to {path}: {error.strerror}; make room or name another --out."
            ) from None
        point_latest(parent, path)
        return folder

    def append(self, record: Observation | Failure) -> None:
        """Save it now: flushed, so that it outlives this process."""
        assert self._lines is not None
        kind = "observation" if isinstance(record, Observation) else "failure"
        try:
            self._lines.write(f'{{"{kind}":{to_json(record)}}}\n')
            self._lines.flush()
        except OSError as error:
            raise UserError(
                f"Cannot write to {self.path}: {error.strerror}; what was measured before is kept there."
            ) from None

    def keep(self, outcome: Outcome) -> None:
        """Save what a demo came to."""
        with contextlib.suppress(OSError), open(self.path / DEMOS, "a", encoding="utf-8") as lines:
            lines.write(f"{to_json(outcome)}\n")

    def finish(self, status: str) -> None:
        """Close the run: "done", "interrupted" or "failed"."""
        if self._lines is not None:
            with contextlib.suppress(OSError):
                self._lines.close()
        self.plan = replace(self.plan, status=status)
        with contextlib.suppress(OSError):  # the plan that was written first is there still
            self._write_plan()

    def _write_plan(self) -> None:
        write_whole(self.path / PLAN, json.dumps(asdict(self.plan), indent=1, allow_nan=False) + "\n")


def check_writable(parent: Path) -> None:
    """Raise UserError unless run folders can be made in ``parent``, which is made if need be."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        probe = parent / f".bench-{os.getpid()}"
        probe.touch()
        probe.unlink()
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
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def point_latest(parent: Path, path: Path) -> None:
    """``latest`` leads to the newest run; where links cannot be made there is none."""
    link, latest = parent / f".{LATEST}-{os.getpid()}", parent / LATEST
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
