"""``python -m bench`` as a user calls it, in this process: a process of its own would load pandas each time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bench.cli.app import run


def bench(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, in that folder and with those variables."""
    words = tuple(map(str, words))
    with pytest.MonkeyPatch.context() as patch, printed() as streams:
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["bench", *words])
        for name, value in {"COLUMNS": "100", **env}.items():
            patch.setenv(name, value)
        code = 0
        try:
            run()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return subprocess.CompletedProcess(words, code, *streams)


@contextmanager
def printed() -> Iterator[list[str]]:
    """Standard output and standard error, of this process and of those that it starts meanwhile."""
    streams: list[str] = []
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        for number, (name, file) in enumerate(zip(("stdout", "stderr"), files, strict=True), 1):
            own = getattr(sys, name)
            own.flush()
            copy = os.dup(number)
            stack.callback(os.close, copy)
            stack.callback(os.dup2, copy, number)
            stack.callback(setattr, sys, name, own)
            os.dup2(file.fileno(), number)
            setattr(sys, name, stack.enter_context(open(number, "w", encoding="utf-8", closefd=False)))
        yield streams
        for stream, file in zip((sys.stdout, sys.stderr), files, strict=True):
            stream.flush()
            file.seek(0)
            streams.append(file.read().decode())
