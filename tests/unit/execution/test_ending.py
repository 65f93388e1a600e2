"""Processes are ended with all that they started, and multiprocessing removes what those left."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.execution.ending import MARK, end, is_tracker, living, remove

# A process that has semaphores and shared memory, and another that has them open, too.
HOLDS = """
import multiprocessing, time
from multiprocessing.shared_memory import SharedMemory

def hold(lock, said):
    said.set()
    time.sleep(600)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    lock, said, memory = context.Lock(), context.Event(), SharedMemory(create=True, size=1000)
    context.Process(target=hold, args=(lock, said)).start()
    said.wait()
    print(lock._semlock.name, memory.name, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="others do not list semaphores")
def test_what_multiprocessing_left_is_removed_by_its_tracker(tmp_path: Path) -> None:
    script = tmp_path / "holds.py"
    script.write_text(HOLDS)
    process = subprocess.Popen([sys.executable, script], process_group=0, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    semaphore, memory = process.stdout.readline().split()
    files = [Path("/dev/shm", f"sem.{semaphore.lstrip('/')}"), Path("/dev/shm", memory)]
    assert all(file.exists() for file in files)
    assert sum(map(is_tracker, living({process.pid}))) == 1
    end({process.pid})
    process.communicate()
    assert not list(living({process.pid}))
    assert not any(file.exists() for file in files)


@pytest.mark.skipif(sys.platform != "linux", reason="others do not list semaphores")
def test_a_semaphore_that_no_tracker_knows_is_removed() -> None:
    name = f"/mp-{secrets.token_hex(4)}"
    made = f"import _multiprocessing, time; lock = _multiprocessing.SemLock(1, 1, 1, {name!r}, False)"
    code = f"{made}; print(flush=True); time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code], process_group=0, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    file = Path("/dev/shm", f"sem.{name.lstrip('/')}")
    assert file.exists()
    end({process.pid})
    process.communicate()
    assert not file.exists()


def test_what_left_its_group_is_found_by_its_mark_and_others_are_not() -> None:
    mark = secrets.token_hex(8)
    started = [
        subprocess.Popen(["sleep", "600"], start_new_session=True, env={**os.environ, MARK: each})
        for each in (mark, mark, "another")
    ]
    time.sleep(0.2)  # they have become `sleep`
    end((), mark)
    assert [process.poll() is None for process in started] == [False, False, True]
    started[-1].kill()
    assert started[-1].wait() == -9


def test_removing_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    remove(str(tmp_path / "nowhere"))
