"""Whether the MongoDB that was named answers. Its credentials are never shown."""

from bench.core.credentials import without_credentials
from bench.core.run import Finding
from bench.environment.checks import Check, Scene
from bench.environment.mongo_client import MongoError, connected

ANSWERS_WITHIN_S = 3.0  # longer than any network that is worth measuring over
LONGEST = 40


def look(scene: Scene) -> list[Finding]:
    if not scene.mongo_uri:
        return [Finding("MongoDB", "good", "embedded (simulated)")]
    return [ask(scene.mongo_uri)]


def ask(uri: str) -> Finding:
    try:
        with connected(uri, timeout=ANSWERS_WITHIN_S, timeoutMS=int(ANSWERS_WITHIN_S * 1000)) as client:
            version = str(client.server_info()["version"])[:LONGEST]
    except MongoError as error:
        advice = f"{error.advice[0].upper()}{error.advice[1:]}, or leave out the URI for the embedded server."
        return Finding("MongoDB", "poor", error.said, advice)
    return Finding("MongoDB", "good", f"{version} answers at {without_credentials(uri)}")


CHECK = Check("mongodb", 90, look)
