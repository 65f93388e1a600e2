"""Dask clusters for tests: a scheduler and workers, each started by its own command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.core.runner import RUNNERS

ROOT = str(Path(__file__).parents[1])
PACKAGES = sysconfig.get_path("purelib")
STARTS_WITHIN_S = 60.0


def require_dask() -> None:
    """Skip where the runner cannot run."""
    if reason := RUNNERS.find(["dask"])[0].available():
        pytest.skip(f"dask: {reason}")


@dataclass
class Cluster:
    """A scheduler and workers that run."""

    scheduler: subprocess.Popen[bytes]
    address: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


def dask(
    words: Sequence[object], said: Path, environment: Mapping[str, str], within: Sequence[str]
) -> subprocess.Popen[bytes]:
    """``dask WORDS``, or what those words stand for, with what it says in a file."""
    with said.open("wb") as file:
        return subprocess.Popen(
            # -S: it has the packages of PYTHONPATH, and not an installed bench.
            [*within, sys.executable, "-S", "-P", "-m", "dask", *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=said.parent,
            env={**os.environ, **environment},
        )


def told(said: Path, words: str, process: subprocess.Popen[bytes]) -> str:
    """The line with those words that a process says of itself as it starts."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        for line in said.read_text(errors="replace").splitlines():
            if words in line:
                return line
        time.sleep(0.05)
    raise AssertionError(f"{words!r} was never said: {said.read_text(errors='replace')}")


@contextmanager
def dask_cluster(
    folder: Path,
    *,
    workers: int = 2,
    first_on_path: Sequence[str] = (ROOT, ROOT, ROOT),
    within: Sequence[Sequence[str]] = ((), (), ()),
    hosts: Sequence[str] = ("127.0.0.1",) * 3,
    threads: int = 1,
) -> Iterator[Cluster]:
    """A scheduler and at most two workers, ended on leaving. Of the scheduler and each worker: what comes
    before the packages on its path, the words to start it in, and its address."""
    paths = [f"{first}:{PACKAGES}" for first in first_on_path]
    with ExitStack() as stack:

        def start(number: int, *words: object) -> subprocess.Popen[bytes]:
            said = folder / str(number)
            process = dask(words, said, {"PYTHONPATH": paths[number]}, within[number])
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        quiet = ["--no-dashboard", "--dashboard-address", f"{hosts[0]}:0"]
        scheduler = start(0, "scheduler", "--host", hosts[0], "--port", 0, *quiet)
        address = told(folder / "0", "Scheduler at:", scheduler).split()[-1]
        cluster = Cluster(scheduler, address)
        for number in range(1, workers + 1):
            own = ["--host", hosts[number], "--local-directory", folder / f"scratch-{number}"]
            alone = ["--nthreads", threads, "--no-dashboard", "--no-nanny"]
            cluster.workers.append(start(number, "worker", address, *own, *alone))
        for number, worker in enumerate(cluster.workers, 1):
            told(folder / str(number), "Registered to:", worker)
        yield cluster


@contextmanager
def namespaces(count: int) -> Iterator[tuple[list[list[str]], list[str]]]:
    """So many machines, as far as the network and the clocks can tell: the words to start a process in each,
    and its address. Skips where the system does not allow it."""
    if os.geteuid() or not all(map(shutil.which, ("ip", "unshare"))):
        pytest.skip("network namespaces: they need root, ip and unshare")
    tag = f"b{os.getpid()}"
    with ExitStack() as stack:

        def ip(*words: str, undo: Sequence[str] = ()) -> None:
            done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"network namespaces: ip {' '.join(words)}: {done.stderr.strip()}")
            if undo:
                stack.callback(subprocess.run, ["ip", *undo], check=False)

        within, hosts = [], []
        ip("link", "add", tag, "type", "bridge", undo=["link", "del", tag])
        ip("addr", "add", "198.18.77.254/24", "dev", tag)  # of the block that is meant for benchmarks
        ip("link", "set", tag, "up")
        for number in range(count):
            name, host = f"{tag}n{number}", f"198.18.77.{number + 1}"
            ip("netns", "add", name, undo=["netns", "del", name])
            ip("link", "add", f"{tag}v{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"{tag}v{number}", "master", tag, "up")
            for words in (["addr", "add", f"{host}/24", "dev", "eth0"], ["link", "set", "eth0", "up"]):
                ip("-n", name, *words)
            ip("-n", name, "link", "set", "lo", "up")
            days = ["unshare", "--time", "--fork", "--kill-child", "--monotonic", str(86_400 * (number + 1))]
            within.append(["ip", "netns", "exec", name, *days])
            hosts.append(host)
        probe = subprocess.run([*within[0], "true"], capture_output=True, text=True, check=False)
        if probe.returncode:
            pytest.skip(f"namespaces of clocks: {probe.stderr.strip()}")
        yield within, hosts
