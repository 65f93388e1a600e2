"""Dropping the database that a run made on a server of the user's.

    python -m bench.execution.services.drop

It is what the guard does for a run that was killed: the URI, which may have credentials, and the database's
name come as a JSON list on standard input.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

SETTLED_S = 0.3  # within which a server has done what clients that were killed had asked for


def client_of(uri: str, timeout: float = 4) -> Any:
    """A pymongo client that gives up soon."""
    from pymongo import MongoClient

    limit = int(timeout * 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with a URI is said by the error that follows
        return MongoClient(uri, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit)


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
