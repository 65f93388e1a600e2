"""Whether the MongoDB that was named answers. Its credentials are never shown."""

from bench.core.credentials import without_credentials
from bench.core.run import Finding
from bench.environment.checks import Check, Scene
from bench.environment.mongo_client import MongoError, MongoUriError, connected

ANSWERS_WITHIN_S = 3.0  # longer than any network that is worth measuring over
LONGEST = 40


def look(scene: Scene) -> list[Finding]:
    if not scene.mongo_uri:
        return [Finding("MongoDB", "good", "embedded (simulated)")]
    return [ask(scene.mongo_uri)]


def ask(uri: str) -> Finding:
    advice = "Start it, or leave --mongo-uri and BENCH_MONGO_URI out for the embedded server."
    where = without_credentials(uri)
    try:
        with connected(uri, timeout=ANSWERS_WITHIN_S, timeoutMS=int(ANSWERS_WITHIN_S * 1000)) as client:
            version = str(client.server_info()["version"])[:LONGEST]
    except MongoUriError as error:  # its text may quote what is secret
        advice = "Write it as mongodb://USER:PASSWORD@HOST:PORT, or leave it out for the embedded server."
        reason = type(error.__cause__).__name__
        return Finding("MongoDB", "poor", f"a URI that cannot be used: {reason}", advice)
    except MongoError as error:
        return Finding("MongoDB", "poor", f"no answer from {where}: {error}", advice)
    return Finding("MongoDB", "good", f"{version} answers at {where}")


CHECK = Check("mongodb", 90, look)
