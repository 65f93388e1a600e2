"""Dropping the database that a run made on a server of the user's.

    python -m bench.execution.services.drop

It is what the guard does for a run that was killed: the URI, which may have credentials, and the database's
name come as a JSON list on standard input.
"""

from __future__ import annotations

import json
import sys
import time

from bench.environment.mongo_client import client_of

SETTLED_S = 0.3  # within which a server has done what clients that were killed had asked for


def drop(uri: str, database: str) -> None:
    """Drop it. Raises PyMongoError."""
    with client_of(uri) as client:
        client.drop_database(database)


def main() -> None:
    uri, database = json.load(sys.stdin)
    drop(uri, database)
    time.sleep(SETTLED_S)
    drop(uri, database)  # a last insert may have made it anew


if __name__ == "__main__":
    main()
