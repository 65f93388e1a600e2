"""The watchdog: a process that ends what this one started, however this one ends.

It holds a pipe from its parent. When the pipe closes, even by ``kill -9``, it kills the registered process
groups and the processes with its parent's mark, removes registered folders and runs registered commands.
``python -m bench.execution.watchdog`` is the watchdog itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.core.variables import passed_on
from bench.environment.surroundings import require_surroundings
from bench.execution.ending import end, remove
from bench.execution.signals import ENDINGS, interrupts_wait
from bench.execution.temporary import locked, parent_folder, remove_stale

PACKAGE_ROOT = str(Path(__file__).parents[2])  # the folder that holds ``bench``
UNDONE_WITHIN_S = 30.0


class Watchdog:
    """The parent's end of the pipe. ``mark``: what measured processes carry, see ``ending.MARK``;
    ``keep_env``: the variables that they keep though others go without, see ``bench.core.variables``."""

    def __init__(self, keep_env: Collection[str] = ()) -> None:
        self.keep_env = keep_env

    def __enter__(self) -> Watchdog:
        require_surroundings()
        self.mark = secrets.token_hex(16)
        self._parent = parent_folder()
        remove_stale(self._parent)
        with interrupts_wait():
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bench.execution.watchdog", self.mark],
                stdin=subprocess.PIPE,
                start_new_session=True,  # no Ctrl-C meant for the parent
                env={**self.environment(), "PYTHONPATH": PACKAGE_ROOT},
            )
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        with interrupts_wait():
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.wait()

    def environment(self) -> dict[str, str]:
        """The environment of what is measured, and of the services."""
        return passed_on(os.environ, self.keep_env)

    def start(
        self, command: list[str], env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own, known to the watchdog before an interrupt can come between.
        ``env``: its environment, if not the usual one.

        What must not outlive a ``kill -9`` in that moment either waits for its standard input first. Raises
        OSError where it cannot be started.
        """
        with interrupts_wait():
            process = subprocess.Popen(command, process_group=0, env=env or self.environment(), **options)
            self.watch(process.pid)
        return process

    def watch(self, group: int) -> None:
        """Kill this process group when the parent is gone."""
        self._say("group", group)

    def forget(self, group: int) -> None:
        """Unregister a group that has ended, whose number may be reused."""
        self._say("ended", group)

    def watch_folder(self, path: str) -> None:
        """Remove this folder when the parent is gone, if it is there then."""
        self._say("folder", os.path.abspath(path))

    @contextmanager
    def temporary_folder(self, prefix: str) -> Iterator[str]:
        """A new folder, removed after the block or when this process is gone: the watchdog knows it first. If
        both are killed, a later run removes it."""
        path = os.path.join(self._parent, f"{prefix}{secrets.token_hex(4)}")
        self.watch_folder(path)
        try:
            os.mkdir(path, 0o700)
            with locked(path):
                yield path
        finally:
            with interrupts_wait():
                remove(path)

    def undo(self, command: list[str], text: str) -> Callable[[], None]:
        """Run this command when the parent is gone, with the text on its standard input: credentials belong
        there, where no list of processes shows them. What comes back is called when there is nothing left to
        undo."""
        name = secrets.token_hex(4)
        self._say("undo", [name, command, text])
        return lambda: self._say("done", name)

    def _say(self, word: str, what: object) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # one that was killed guards no more; the run goes on
            self._process.stdin.write(json.dumps([word, what]).encode() + b"\n")
            self._process.stdin.flush()


def main() -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)  # it ends when its parent does, and not before
    groups: set[int] = set()
    folders: list[str] = []
    to_undo: dict[str, tuple[list[str], str]] = {}
    for line in sys.stdin:
        try:
            word, what = json.loads(line)
        except ValueError:  # the parent was killed while it wrote this one
            break
        if word == "group":
            groups.add(what)
        elif word == "ended":
            groups.discard(what)
        elif word == "folder":
            folders.append(what)
        elif word == "undo":
            to_undo[what[0]] = (what[1], what[2])
        elif word == "done":
            to_undo.pop(what, None)
    end(groups, sys.argv[1])
    for command, text in to_undo.values():  # after those who might still do what it undoes
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                command,
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=UNDONE_WITHIN_S,
                check=False,
            )
    for folder in folders:
        remove(folder)


if __name__ == "__main__":
    main()
