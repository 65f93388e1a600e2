"""What ``advise`` says of endpoints of known kind, under FastAPI and under Flask, held against what is right.

    python -m tests.benchmarks.endpoints [APP/PATH ...]

Prints a line for each: right or wrong, seconds, the limit, and the set-up that is advised. The queries go to the
embedded MongoDB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.watchdog import Watchdog
from bench.findings.advice.service_limits import ServiceLimit
from tests.integration import services

HERE = Path(services.__file__).parent
OF_SERVER = (ServiceLimit.SERVER, ServiceLimit.CORES)
IN_THREADS = (ServiceLimit.THREADS, ServiceLimit.SERVER)  # of gunicorn, or the cores under its greenlets
COMPUTES = (ServiceLimit.GIL, ServiceLimit.CORES)


@dataclass(frozen=True)
class Endpoint:
    """An endpoint, and what is right of it."""

    app: str
    path: str
    limits: Collection[ServiceLimit]
    workers: int = 1  # at least
    at_once: int = 1  # requests that the set-up can serve at once, at least

    def is_right(self, found: Mapping[str, Any]) -> bool:
        setup = found["recommended"]
        workers = setup["workers"] >= self.workers
        enough = setup["mode"] == "gevent" or setup["workers"] * max(setup["threads"], 1) >= self.at_once
        return found["limit"] in self.limits and workers and enough


ENDPOINTS = (
    Endpoint("fastapi", "/awaits", OF_SERVER, workers=2),
    Endpoint("fastapi", "/waits", (ServiceLimit.ANYIO_POOL,)),
    Endpoint("fastapi", "/hands-over", (ServiceLimit.EXECUTOR_POOL,)),
    Endpoint("fastapi", "/blocks", (ServiceLimit.LOOP_BLOCKED,), workers=2),
    Endpoint("fastapi", "/computes", (ServiceLimit.GIL,), workers=2),
    Endpoint("fastapi", "/hashes", (ServiceLimit.CORES,)),
    Endpoint("fastapi", "/motor", OF_SERVER, workers=2),
    Endpoint("fastapi", "/pymongo", OF_SERVER, workers=2),
    Endpoint("flask", "/waits", IN_THREADS, at_once=64),
    Endpoint("flask", "/awaits", IN_THREADS, at_once=32),
    Endpoint("flask", "/blocks", IN_THREADS, at_once=32),
    Endpoint("flask", "/computes", COMPUTES, workers=2),
    Endpoint("flask", "/hashes", (ServiceLimit.CORES,)),
    Endpoint("flask", "/motor", COMPUTES, workers=2),
    Endpoint("flask", "/pymongo", COMPUTES, workers=2),
)


def main(chosen: Collection[str]) -> None:
    with Watchdog() as watchdog, tempfile.TemporaryDirectory() as folder:
        mongo = Services(starters(watchdog, mongo_uri=None, mongod=None, delay=0.0))
        environment = os.environ | {"SHOP_MONGO_URI": str(mongo.addresses(("mongo",))["mongo"]["uri"])}
        for endpoint in ENDPOINTS:
            if chosen and endpoint.app + endpoint.path not in chosen:
                continue
            target = f"{HERE / endpoint.app}_app.py:app"
            words = ["-m", "bench", "advise", target, "--path", endpoint.path, "--json", "--out", folder]
            began = time.monotonic()
            command = [sys.executable, *words]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            took = time.monotonic() - began
            found = json.loads(done.stdout) if done.stdout else None
            outcome = "right" if found and endpoint.is_right(found) else "wrong"
            said = f"{found['limit']}: {found['advice'][0]}" if found else done.stderr.strip()[-200:]
            print(f"{outcome}  {took:5.1f} s  {endpoint.app}{endpoint.path:12}  {said}", flush=True)
        mongo.close()


if __name__ == "__main__":
    main(sys.argv[1:])
