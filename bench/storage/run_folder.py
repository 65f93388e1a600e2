"""Writing a run folder: ``run.json`` (the plan, first), ``observations.jsonl`` (a line for each observation,
as soon as it is measured) and ``demos.jsonl`` (a line for each demo)."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from io import FileIO
from pathlib import Path

from bench.core.demo_outcome import Outcome
from bench.core.errors import UserError
from bench.core.file_lock import lock
from bench.core.observation import Failure, Observation
from bench.core.run import Plan, Run
from bench.storage.reader import DEMOS, OBSERVATIONS, PLAN, load_run

LATEST = "latest"
STAGING = ".bench-"


class RunFolder:
    """A run being written, by one process at a time: it holds a lock, which the system lifts however that
    process ends. What was appended is never rewritten."""

    def __init__(self, path: Path, plan: Plan, lines: FileIO) -> None:
        self.path = path
        self.plan = plan
        self._lines = lines  # the observations; this holds the lock

    @classmethod
    def create(cls, parent: Path, plan: Plan, staged: Callable[[str], None] = lambda path: None) -> RunFolder:
        """Make ``parent/<time>-<host>/`` with the plan in it, or nothing: it is made under a name that
        ``staged`` gets first, and renamed. Raises UserError where it cannot be written."""
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
        """Open a run that ended early, to continue it, with its results. Raises UserError for a folder that
        is not a run, cannot be written, or is being measured."""
        path = Path(load_run(path).folder)
        try:
            lines = _locked(path)
            for name in (OBSERVATIONS, DEMOS):
                _cut_torn_line(path / name)
        except BlockingIOError:
            raise UserError(f"{path} is being measured now: wait until that run has ended.") from None
        except OSError as error:
            raise UserError(f"Cannot write to {path}: {error.strerror}; fix that and try again.") from None
        run = load_run(path)
        return cls(path, run.plan, lines), run

    def append(self, record: Observation | Failure) -> None:
        """Save a record now: it outlives this process, but not a power failure. Raises UserError if it cannot
        be written; what was saved before stays."""
        kind = "observation" if isinstance(record, Observation) else "failure"
        self._add(self._lines, f'{{"{kind}":{_line(record)}}}\n')

    def keep(self, outcome: Outcome) -> None:
        """Save a demo's outcome. Raises UserError as ``append`` does."""
        try:
            with FileIO(self.path / DEMOS, "a") as lines:
                self._add(lines, f"{_line(outcome)}\n")
        except OSError as error:
            raise self._unwritable(error) from None

    def resumed(self, when: str) -> None:
        """Record that the run continues at that time (ISO 8601). Raises UserError if it cannot be written."""
        self.plan = replace(self.plan, status="running", resumed=[*self.plan.resumed, when])
        try:
            self._write_plan()
        except OSError as error:
            raise self._unwritable(error) from None

    def settle(self, keys: Collection[str], blocks: int) -> None:
        """Record that these cells need no more than so many blocks."""
        self.plan = replace(self.plan, settled=dict.fromkeys(keys, blocks) | self.plan.settled)
        with contextlib.suppress(OSError):  # a run that goes on without it measures more
            self._write_plan()

    def finish(self, status: str) -> None:
        """Close the run: "done", "interrupted" or "failed"."""
        self.plan = replace(self.plan, status=status)
        with contextlib.suppress(OSError):  # the plan that was written first is there still
            self._write_plan()
        self.close()

    def close(self) -> None:
        """Release the lock."""
        self._lines.close()

    def _add(self, lines: FileIO, line: str) -> None:
        before = os.fstat(lines.fileno())
        if not before.st_nlink:
            raise UserError(f"{self.path} is gone: it was removed, with everything that was measured.")
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
            f" room and continue with `python -m bench run --resume {shlex.quote(str(self.path))}`."
        )

    def _write_plan(self) -> None:
        write_whole(self.path / PLAN, json.dumps(asdict(self.plan), indent=1, allow_nan=False) + "\n")


def _locked(folder: Path) -> FileIO:
    """The observations of a run, opened for writing by this process alone. Raises BlockingIOError while
    another has them open."""
    lines = FileIO(folder / OBSERVATIONS, "a")
    try:
        lock(lines, wait=False)
    except BlockingIOError:
        lines.close()
        raise
    except OSError:
        pass  # a file system without locks
    return lines


def _settled(staging: Path, wanted: Path) -> Path:
    """Rename the folder to the name, or to the next free one."""
    number, path = 1, wanted
    while True:
        try:
            return staging.rename(path)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")


def _line(record: Observation | Failure | Outcome) -> str:
    """A record as JSON. NaN and infinities are refused: no reader could take them back."""
    return json.dumps(asdict(record), separators=(",", ":"), allow_nan=False)


def _cut_torn_line(path: Path) -> None:
    """Remove a last line that a killed process wrote only in part."""
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
    """Write a file atomically: it has the whole text or what was there before, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)  # of a process that was killed; or a link that leads elsewhere
        with open(beside, "x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def point_latest(parent: Path, path: Path) -> None:
    """Make the link ``latest`` to the newest run, where links can be made."""
    link, latest = parent / f".{LATEST}-{secrets.token_hex(4)}", parent / LATEST
    if latest.exists() and not latest.is_symlink():
        return  # a file or folder of the user's own
    with contextlib.suppress(OSError):
        link.symlink_to(path.name)
        link.replace(latest)
