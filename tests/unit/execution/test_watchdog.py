"""What the watchdog does when its parent is gone, and that it waits for nothing else."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from bench.execution.watchdog import Watchdog

SAYS = [sys.executable, "-c", "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"]


def test_what_is_to_be_undone_is_undone_with_what_it_was_told(tmp_path: Path) -> None:
    with Watchdog() as watchdog:
        watchdog.undo([*SAYS, str(tmp_path / "undone")], 'a\nsecret "ü"')
        done = watchdog.undo([*SAYS, str(tmp_path / "done")], "")
        done()
        assert not (tmp_path / "undone").exists()
    assert (tmp_path / "undone").read_text() == 'a\nsecret "ü"'
    assert not (tmp_path / "done").exists()


def test_a_command_that_fails_keeps_no_other_from_being_run(tmp_path: Path) -> None:
    with Watchdog() as watchdog:
        watchdog.undo(["/no/such/program"], "")
        watchdog.undo([*SAYS, str(tmp_path / "undone")], "x")
    assert (tmp_path / "undone").exists()


def test_processes_end_before_anything_is_undone(tmp_path: Path) -> None:
    file = tmp_path / "grows"
    grow = f"import time\nwhile True: open({str(file)!r}, 'a').write('x'); time.sleep(0.001)"
    with Watchdog() as watchdog:
        process = watchdog.start([sys.executable, "-c", grow])
        while not file.exists():
            time.sleep(0.01)
        watchdog.undo([sys.executable, "-c", f"import os; os.remove({str(file)!r})"], "")
        watchdog._process.stdin.close()
        assert process.wait(30) == -signal.SIGKILL
    assert not file.exists()


def test_a_temporary_folder_is_gone_after_the_block_and_with_the_parent(tmp_path: Path) -> None:
    with Watchdog() as watchdog:
        with watchdog.temporary_folder("bench-test-") as folder:
            Path(folder, "file").write_text("")
        assert not os.path.exists(folder)
        left = tmp_path / "left"
        watchdog.watch_folder(str(left))
        (left / "deep").mkdir(parents=True)
    assert not left.exists()


def test_signals_that_end_its_parent_do_not_end_it(tmp_path: Path) -> None:
    with Watchdog() as watchdog:
        watchdog.undo([*SAYS, str(tmp_path / "undone")], "x")
        with watchdog.temporary_folder("bench-test-"):
            time.sleep(0.5)  # it has started
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(watchdog._process.pid, number)
    assert (tmp_path / "undone").exists()


def test_a_line_that_was_not_written_whole_is_not_obeyed(tmp_path: Path) -> None:
    with Watchdog() as watchdog:
        watchdog.undo([*SAYS, str(tmp_path / "undone")], "x")
        watchdog._process.stdin.write(json.dumps(["folder", str(tmp_path)]).encode()[:-3])
    assert (tmp_path / "undone").exists()
