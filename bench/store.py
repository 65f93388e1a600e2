"""A run folder: ``run.json`` (the plan, written first) and ``observations.jsonl`` (a line for each
observation, as soon as it is measured)."""

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
from bench.records import SCHEMA, Failure, Observation, Plan, Run, to_json

PLAN = "run.json"
OBSERVATIONS = "observations.jsonl"
LATEST = "latest"


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
        folder._write_plan()
        folder._lines = open(path / OBSERVATIONS, "a", encoding="utf-8")  # noqa: SIM115 - open for the whole run
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
    beside.write_text(text, encoding="utf-8", errors="backslashreplace")
    beside.replace(path)


def point_latest(parent: Path, path: Path) -> None:
    """``latest`` leads to the newest run; where links cannot be made there is none."""
    link = parent / f".{LATEST}-{os.getpid()}"
    with contextlib.suppress(OSError):
        link.symlink_to(path.name)
        link.replace(parent / LATEST)


def load_run(path: Path) -> Run:
    """Read a run folder (or its ``run.json``). Raises UserError saying what is wrong with it.

    A last line that was cut off costs that line alone.
    """
    folder = path.parent if path.name == PLAN else path
    plan_file = folder / PLAN
    if not plan_file.is_file():
        raise UserError(
            f"{path} is no run: it has no {PLAN}. Name a folder that `bench all` or `bench run` wrote."
        )
    plan = _decode(plan_file.read_bytes(), plan_file)
    observations: list[Observation] = []
    failures: list[Failure] = []
    with contextlib.suppress(FileNotFoundError), open(folder / OBSERVATIONS, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                break
            record = _line(line, number, folder / OBSERVATIONS)
            if record.key not in plan.cell:
                raise UserError(
                    f"Line {number} of {folder / OBSERVATIONS} is of a cell that is not in the plan."
                )
            if isinstance(record, Observation):
                observations.append(record)
            else:
                failures.append(record)
    return Run(plan, observations, failures, str(folder))


def _decode(text: bytes, path: Path) -> Plan:
    try:
        raw: Any = json.loads(text)
        schema = raw["schema"]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path} is no run: it is not the JSON that this tool writes.") from None
    if schema != SCHEMA:
        raise UserError(
            f"{path} has schema {schema!r} and this version reads {SCHEMA}: use the version that wrote it."
        )
    try:
        return msgspec.convert(raw, Plan)
    except msgspec.ValidationError as error:
        raise UserError(f"{path} is no run: {error}.") from None


def _line(line: bytes, number: int, path: Path) -> Observation | Failure:
    try:
        raw = json.loads(line)
        if "failure" in raw:
            return msgspec.convert(raw["failure"], Failure)
        return msgspec.convert(raw["observation"], Observation)
    except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise UserError(f"Line {number} of {path} is no observation: {error}.") from None
