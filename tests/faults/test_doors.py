"""What a run opens to others: sockets on loopback alone, no credentials anywhere, no database but its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.environment.mongo_client import client_of
from bench.execution.services.starters import local_mongod
from bench.execution.watchdog import Watchdog
from tests.mongods import installed_mongod

SECRET = "hunter2"
MEASURE = ["-m", "bench", "run", "-r", "sync", "--quick", "--blocks", "1", "-n", "20"]


class Watched:
    """A command while it runs: where it listened, and what the command lines of its processes were."""

    def __init__(self, *words: str, cwd: Path, **environment: str) -> None:
        self.doors: set[tuple[str, str]] = set()  # address, program
        self.command_lines: set[str] = set()
        command = [sys.executable, *words]
        with open(cwd / "shown", "w+") as shown:
            process = subprocess.Popen(
                command, cwd=cwd, stdout=shown, stderr=shown, env={**os.environ, **environment}
            )
            while process.poll() is None:
                self._look(process.pid)
                time.sleep(0.2)  # what listens does so as long as the run
            shown.seek(0)
            self.shown = shown.read()
        self.code = process.returncode

    def _look(self, pid: int) -> None:
        try:
            children = psutil.Process(pid).children(recursive=True)
        except psutil.Error:
            return
        for each in children:
            try:
                line = " ".join(each.cmdline())
                self.command_lines.add(line)
                for door in each.net_connections("inet"):
                    if door.status == psutil.CONN_LISTEN or door.type.name == "SOCK_DGRAM":
                        self.doors.add((door.laddr.ip, line))
            except psutil.Error:
                continue


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="others do not show the sockets of processes")
def test_every_door_is_on_loopback(tmp_path: Path) -> None:
    ran = Watched(
        *MEASURE, "-w", "http[httpx]", "-w", "mongo[pymongo]", "-r", "multiprocessing", cwd=tmp_path
    )
    assert ran.code == 0, ran.shown
    assert {ip for ip, _ in ran.doors} <= {"127.0.0.1", "::1"}
    services = {
        module for _, line in ran.doors for module in ("services.http", "services.mongo") if module in line
    }
    assert services == {"services.http", "services.mongo"}


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    """A real server that asks for nobody's password, with databases of others."""
    binary = installed_mongod()
    with Watchdog() as watchdog:
        server = local_mongod(binary, "unused", 0.0, watchdog)
        yield str(server.address["uri"])
        server.close()


def contents(uri: str) -> dict[str, dict[str, int]]:
    """Documents by database and collection, without what the server keeps for itself."""
    with client_of(uri) as client:
        return {
            name: {
                each: client[name][each].count_documents({}) for each in client[name].list_collection_names()
            }
            for name in client.list_database_names()
            if name not in ("admin", "config", "local")
        }


@pytest.mark.full
def test_databases_of_others_stay_as_they_are(uri: str, tmp_path: Path) -> None:
    others = ("bench", "bench_", "bench_0123456789ab", "mine", "test")
    with client_of(uri) as client:
        for name in others:
            client[name]["documents"].insert_many([{"number": number} for number in range(7)])
    before = contents(uri)
    assert set(others) <= set(before)
    ran = Watched(*MEASURE, "-w", "mongo[pymongo]", cwd=tmp_path, BENCH_MONGO_URI=uri)
    assert ran.code == 0, ran.shown
    assert "MongoDB 6" in ran.shown
    assert contents(uri) == before


def test_credentials_are_nowhere(uri: str, tmp_path: Path) -> None:
    """A server that knows the user, by a password with every sign that URIs have a use for."""
    password, written = f"p@:/%?#{SECRET}", f"p%40%3A%2F%25%3F%23{SECRET}"
    with client_of(uri) as client:
        client["admin"].command("createUser", "someone", pwd=password, roles=["root"])
    given = uri.replace("mongodb://", f"mongodb://someone:{written}@") + "&authSource=admin"
    ran = Watched(*MEASURE, "-w", "mongo[pymongo]", cwd=tmp_path, BENCH_MONGO_URI=given)
    assert ran.code == 0, ran.shown
    assert "MongoDB 6" in ran.shown
    _nowhere(ran, tmp_path)
    latest = str(tmp_path / "reports" / "latest")
    for name in ("markdown", "pyperf"):
        exported = Watched("-m", "bench", "export", latest, "--format", name, cwd=tmp_path)
        assert exported.code == 0
        _nowhere(exported, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize(
    "given",
    [
        f"mongodb://someone:{SECRET}@127.0.0.1:9/?serverSelectionTimeoutMS=200",
        f"mongodb://someone:x@{SECRET}/y@127.0.0.1:9/",
    ],
)
def test_nor_where_no_server_answers(given: str, tmp_path: Path) -> None:
    ran = Watched(*MEASURE, "-w", "mongo[pymongo]", "-w", "sleep", cwd=tmp_path, BENCH_MONGO_URI=given)
    assert "Traceback" not in ran.shown
    _nowhere(ran, tmp_path)


def _nowhere(ran: Watched, folder: Path) -> None:
    """Not shown, not in any file, not on the command line of any process that was started."""
    assert SECRET not in ran.shown
    assert not [line for line in ran.command_lines if SECRET in line]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if SECRET.encode() in file.read_bytes()]
