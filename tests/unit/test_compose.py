"""docker-compose.yml as text: no engine is needed to see that it opens no door and looks after itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.core.catalog import WORKLOADS

FILE = Path(__file__).parents[2] / "docker-compose.yml"

# The keys of the Compose specification that this file may use.
KNOWN = {"image", "command", "ports", "tmpfs", "mem_limit", "cpus", "restart", "healthcheck", "profiles"} | {
    "depends_on", "volumes", "environment", "entrypoint", "network_mode",
}  # fmt: skip


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    document = yaml.safe_load(FILE.read_text())
    assert set(document) <= {"services", "volumes", "networks", "name"}
    return document["services"]


def test_every_key_is_one_of_the_specification(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert set(service) <= KNOWN


def test_every_port_is_on_loopback(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), port


def test_mongo_takes_its_port_from_the_environment(services: dict[str, dict[str, Any]]) -> None:
    assert services["mongo"]["ports"] == ["127.0.0.1:${BENCH_MONGO_PORT:-27017}:27017"]


def test_mongo_is_pinned_bounded_and_in_memory(services: dict[str, dict[str, Any]]) -> None:
    mongo = services["mongo"]
    assert re.fullmatch(r"mongo:\d+\.\d+(\.\d+)?", mongo["image"])
    assert mongo["mem_limit"]
    assert mongo["cpus"]
    assert "/data/db" in mongo["tmpfs"]
    assert not mongo.get("volumes")


def test_mongo_says_when_it_is_ready(services: dict[str, dict[str, Any]]) -> None:
    check = services["mongo"]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert "ping" in check["test"][-1]
    assert {"interval", "timeout", "retries"} <= set(check)


DASK = ("dask-scheduler", "dask-workers")


@pytest.mark.parametrize("name", DASK)
def test_dask_is_there_only_when_it_is_asked_for_and_on_loopback(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    service = services[name]
    assert service["profiles"] == ["dask"]
    assert service["network_mode"] == "host"  # where it may listen on loopback alone:
    command = service["command"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert "--no-dashboard" in command
    assert not service.get("ports")
    assert service["mem_limit"]
    assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])


@pytest.mark.parametrize("name", DASK)
def test_dask_has_pinned_packages_and_may_not_write_into_the_tree(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    service = services[name]
    assert re.fullmatch(r"python:\$\{BENCH_DASK_PYTHON:-3\.\d+\}-slim", service["image"])
    mounts = [mount.split(":") for mount in service["volumes"]]
    assert {source for source, _, _ in mounts} == {"./bench", "./workloads", "./.ci/pins.txt"}
    assert all(Path(FILE.parent, source).exists() and how == "ro" for source, _, how in mounts)
    pinned = {line.partition("==")[0] for line in (FILE.parent / ".ci" / "pins.txt").read_text().split()}
    needed = {
        module
        for kind in WORKLOADS.shipped
        if "sync" in kind.flavours and kind.in_all
        for module in kind.requires
    }
    assert {"distributed", *needed} <= set(service["environment"]["PACKAGES"].split()) <= pinned
    assert "-c /bench/pins.txt" in service["entrypoint"][2]


def test_docker_compose_itself_accepts_the_file() -> None:
    command = compose()
    if command is None:
        pytest.skip("docker compose is not installed here (Debian: docker-compose)")
    done = subprocess.run(
        [*command, "-f", str(FILE), "--profile", "dask", "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def compose() -> list[str] | None:
    """Either form of the command; neither needs an engine to read a file."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    plugin = ["docker", "compose"]
    if (
        shutil.which("docker")
        and not subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode
    ):
        return plugin
    return None
