"""Whether the MongoDB that was named answers. Its credentials are never told."""

from __future__ import annotations

from bench.core.credentials import gist, without_credentials
from bench.core.records import Finding
from bench.environment.checks import Check, Scene
from bench.environment.mongo_client import client_of

ANSWERS_WITHIN = 3.0  # seconds: longer than any network that is worth measuring over
LONGEST = 40


def look(scene: Scene) -> list[Finding]:
    if not scene.mongo_uri:
        return [Finding("MongoDB", "good", "embedded (simulated)")]
    return [ask(scene.mongo_uri)]


def ask(uri: str) -> Finding:
    import pymongo
    from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

    advice = "Start it, or leave --mongo-uri and BENCH_MONGO_URI out for the embedded server."
    where = without_credentials(uri)
    try:
        with client_of(uri, timeout=ANSWERS_WITHIN) as client, pymongo.timeout(ANSWERS_WITHIN):
            version = str(client.server_info()["version"])[:LONGEST]
    except (ConnectionFailure, OperationFailure) as error:
        return Finding("MongoDB", "poor", f"no answer from {where}: {gist(error, uri)}", advice)
    except (PyMongoError, ValueError, OSError) as error:  # of the URI: it may quote what is secret
        advice = "Write it as mongodb://USER:PASSWORD@HOST:PORT, or leave it out for the embedded server."
        return Finding("MongoDB", "poor", f"a URI that cannot be used: {type(error).__name__}", advice)
    return Finding("MongoDB", "good", f"{version} answers at {where}")


CHECK = Check("mongodb", 90, look)
