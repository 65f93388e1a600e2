"""A MongoDB of the user's: whatever ends a run, its database is dropped and the password shown nowhere."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import psutil
import pytest

from bench.environment.mongo_client import client_of
from bench.execution.run import closing_services, supervised
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.session import Quiet
from bench.storage.run_folder import load_run
from tests.faults.run_process import PATIENCE_S, place, wait_for
from tests.mongods import installed_mongod

PASSWORD = "quite-a-secret"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A URI with credentials, of a mongod that has data of its own."""
    binary = installed_mongod()
    with supervised() as (watchdog, _):
        services = Services(starters(watchdog, mongo_uri=None, mongod=binary, delay=0.0))
        with closing_services(services, Quiet()):
            uri = str(services.addresses(("mongo",))["mongo"]["uri"])
            with client_of(uri) as client:
                client["mine"]["things"].insert_one({"precious": True})
                client.admin.command("createUser", "me", pwd=PASSWORD, roles=["root"])
            yield uri.replace("://", f"://me:{PASSWORD}@") + "&authSource=admin"


def databases(uri: str) -> set[str]:
    with client_of(uri) as client:
        return set(client.list_database_names())


@pytest.mark.parametrize("number", [pytest.param(signal.SIGKILL, marks=pytest.mark.full), signal.SIGTERM])
def test_the_database_of_a_run_is_dropped_however_it_ends(server: str, number: signal.Signals) -> None:
    before = databases(server)
    with place() as here:
        environment = {**here.environment(), "BENCH_MONGO_URI": server}
        process = here.start("run", "-w", "mongo[pymongo]", "--blocks", "50", env=environment)
        wait_for(lambda: here.measured() >= 3, "observations")
        assert databases(server) - before
        assert not [line for line in command_lines() if PASSWORD in line]
        process.send_signal(number)
        if number == signal.SIGKILL:
            wait_for(lambda: databases(server) == before, "the database to go")
        process.communicate(timeout=PATIENCE_S)
        while here.processes():
            assert not [line for line in command_lines() if PASSWORD in line]
            time.sleep(0.05)
        here.require_nothing_left()
        assert databases(server) == before
        for file in here.folder.glob("reports/2*/*"):
            assert PASSWORD not in file.read_text()
        assert load_run(here.folder / "reports" / "latest").observations


@pytest.mark.full
def test_a_wrong_password_is_exit_code_3(server: str) -> None:
    with place() as here:
        environment = {**here.environment(), "BENCH_MONGO_URI": server.replace(PASSWORD, "another")}
        process = here.start("run", "-w", "mongo[pymongo]", "--blocks", "1", env=environment)
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 3
        assert "Nothing is left to measure: mongo[pymongo]: " in said
        assert "another" not in said
        here.require_nothing_left()


def command_lines() -> list[str]:
    lines = []
    for process in psutil.process_iter():
        try:
            lines.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return lines
