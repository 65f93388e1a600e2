"""A case: a few lines of shell in a folder of their own, and what must come of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180  # of a busy machine
GONE_WITHIN_S = 15  # what a run leaves, after it has ended
MARK = "BENCH_TEST_MARK"
# In a mount namespace of its own, where that can be made: /dev/shm is then this case's alone.
OWN_MOUNTS = ["unshare", "-m", "bash", "-c", 'mount -t tmpfs none /dev/shm && exec bash -c "$1"', "bash"]
# `bench` is the command, $SMALL a run of two seconds with two processes, $SERVED one with both servers.
PRELUDE = """
bench() { "$PYTHON" -m bench "$@"; }
left_in_shm() {
    for _ in $(seq 50); do [ -z "$(ls -A /dev/shm 2>/dev/null)" ] && return; sleep 0.1; done
    echo "LEFT in /dev/shm: $(ls -A /dev/shm)"
}
[ -z "$OWN_SHM" ] || trap left_in_shm EXIT
passable() { # in this mount namespace: others may enter the folders above the interpreter and the package
    local i=0 path parent
    for path in "${READ[@]}"; do mkdir -p "$FOLDER/../kept/$i"; mount --bind "$path" "$FOLDER/../kept/$i"; i=$((i + 1)); done
    for path in "${READ[@]}"; do
        parent=$path
        while parent=$(dirname "$parent"); [ "$parent" != / ]; do
            [ -d "$parent" ] && [ $(($(stat -c 0%a "$parent") & 1)) = 0 ] && mount -t tmpfs -o mode=755 none "$parent"
        done
    done
    i=0
    for path in "${READ[@]}"; do mkdir -p "$path"; mount --bind "$FOLDER/../kept/$i" "$path"; i=$((i + 1)); done
}
as_user() { # NUMBER WORD...: without rights
    [ -n "$passed" ] || { passable; passed=1; cd "$PWD"; }
    setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"
}
as_other() { as_user 65534 "$@"; }
SMALL="run -w null -r sync -r multiprocessing -c 2 -n 4 --blocks 1"
SERVED="run -w http[httpx] -w mongo[pymongo] -r asyncio -r threading -n 32 --blocks 1"
READ=("$ROOT" "$PREFIX" "$BASE_PREFIX")
cd "$FOLDER"
"""


@dataclass(frozen=True)
class Case:
    """``code``: the exit codes that are right; ``says``: an expression that the output has; ``needs``:
    "root", or programs; ``keeps``: it may leave temporary files; ``ci``: whether the tests run it, too."""

    name: str
    shell: str
    code: tuple[int, ...] = (0,)
    says: str = ""
    needs: tuple[str, ...] = ()
    keeps: bool = False
    ci: Literal["", "full", "always"] = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a case: ``wrong`` is empty where all is right."""

    code: int
    output: str
    took_s: float
    wrong: tuple[str, ...]


@cache
def has(need: str) -> bool:
    """Whether a case's need is met here."""
    return os.geteuid() == 0 if need == "root" else shutil.which(need) is not None


def lacks(case: Case) -> list[str]:
    """The needs of a case that are not met here."""
    return [need for need in case.needs if not has(need)]


def tried(case: Case) -> Outcome:
    """Run a case, and judge it."""
    with tempfile.TemporaryDirectory(prefix="bp-", ignore_cleanup_errors=True) as top:
        folder, temporary = Path(top, "work"), Path(top, "tmp")
        for each in (Path(top), folder, temporary):
            each.mkdir(exist_ok=True)
            each.chmod(0o777)
        own_mounts = has("root") and has("unshare")
        environment = {
            **os.environ,
            "PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
            "ROOT": str(ROOT),
            "PREFIX": sys.prefix,
            "BASE_PREFIX": sys.base_prefix,
            "FOLDER": str(folder),
            "TMPDIR": str(temporary),
            "OWN_SHM": "1" if own_mounts else "",
            MARK: str(folder),
        }
        command = OWN_MOUNTS if own_mounts else ["bash", "-c"]
        began = time.monotonic()
        process = subprocess.Popen(
            [*command, PRELUDE + case.shell],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=PATIENCE_S)
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, code = process.communicate()[0], -1
        took_s = time.monotonic() - began
        text = output.decode(errors="replace")
        wrong = [*wrong_in(case, code, text), *left(folder, temporary, keeps=case.keeps)]
        return Outcome(code, text, took_s, tuple(wrong))


def wrong_in(case: Case, code: int, output: str) -> list[str]:
    """What is wrong with how a case ended and what it said."""
    wrong = []
    if code not in case.code:
        wrong.append(f"exit code {code}")
    if "Traceback (most recent call last)" in output:
        wrong.append("a traceback")
    if left_behind := re.search(r"^LEFT .*", output, re.MULTILINE):
        wrong.append(left_behind[0])
    if not re.search(case.says, " ".join(output.split())):
        wrong.append(f"does not say {case.says!r}")
    return wrong


def left(folder: Path, temporary: Path, *, keeps: bool) -> list[str]:
    """What a case left behind, once it has had a moment to go; processes are ended."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while True:
        processes = marked(folder)
        files = [] if keeps else [each.name for each in temporary.iterdir()]
        if not (processes or files):
            return []
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    return [*(f"process {process.pid} goes on" for process in processes), *(f"left {file}" for file in files)]


def marked(folder: Path) -> list[psutil.Process]:
    """The processes that descend from a case, by what they inherited."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found
