"""The load generator as its parent sees it."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import msgspec

from bench.core.errors import UserError
from bench.execution.child_process import end_group
from bench.execution.ending import MARK
from bench.execution.load.phase import Phase, PhaseResult
from bench.execution.watchdog import PACKAGE_ROOT, Watchdog


class Generator:
    """The process, which runs a phase of load at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin, self.stdout = process.stdin, process.stdout
        self.cost_s = float(self.stdout.readline() or 0)
        """CPU seconds that a request costs it when it is busy; 0: not known."""

    def run(self, phase: Phase) -> PhaseResult:
        """What came back. It takes the phase's window and what is waited for its last answers. Raises
        UserError where the process has ended."""
        try:
            self.stdin.write(json.dumps(asdict(phase)).encode() + b"\n")
            self.stdin.flush()
            return msgspec.json.decode(self.stdout.readline(), type=PhaseResult)
        except (BrokenPipeError, msgspec.DecodeError):
            raise UserError(
                "The load generator ended before it answered: was it killed? Try again."
            ) from None


@contextmanager
def generating(watchdog: Watchdog) -> Iterator[Generator]:
    """A load generator, ended after the block."""
    process = watchdog.start(
        [sys.executable, "-P", "-m", "bench.execution.load.generator"],
        env={**watchdog.environment(), "PYTHONPATH": PACKAGE_ROOT, MARK: watchdog.mark},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Generator(process)
    finally:
        with contextlib.suppress(BrokenPipeError):
            assert process.stdin is not None
            process.stdin.close()
        end_group(process, watchdog)
        assert process.stdout is not None
        process.stdout.close()
