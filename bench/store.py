"""A run folder: ``run.json`` (the plan, written first), ``observations.jsonl`` (a line for each observation,
as soon as it is measured) and ``demos.jsonl`` (a line for each demo)."""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO

from bench.errors import UserError
from bench.outcome import Outcome
from bench.reading import DEMOS, OBSERVATIONS, PLAN, load_run
from bench.records import Failure, Observation, Plan, to_json

__all__ = [
    "DEMOS",
    "LATEST",
    "OBSERVATIONS",
    "PLAN",
    "RunFolder",
    "check_writable",
    "load_run",  # of bench.reading: what is written here is read by this
    "point_latest",
    "write_whole",
]

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
        beside.unlink(missing_ok=True)  # of a process that was killed; or a link that leads elsewhere
        with open(beside, "x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
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
