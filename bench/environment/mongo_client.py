"""A MongoDB that may not answer: asking it, and dropping the database that a run made there.

``python -m bench.environment.mongo_client`` drops one for a run that was killed: the watchdog passes the URI,
which may have credentials, and the database's name as a JSON list on standard input.
"""

import json
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.core.credentials import gist

SETTLED_S = 0.3  # within which a server has done what clients that were killed had asked for


class MongoError(Exception):
    """A MongoDB does not answer or refuses; the reason is without secrets."""


class MongoUriError(MongoError):
    """The URI cannot be used."""


def client_of(uri: str, timeout: float = 4, **options: Any) -> Any:
    """A pymongo client that gives up soon."""
    from pymongo import MongoClient  # 0.2 s, which runs without MongoDB do not pay

    limit = int(timeout * 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with a URI is said by the error that follows
        return MongoClient(uri, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit, **options)


@contextmanager
def connected(uri: str, **options: Any) -> Iterator[Any]:
    """``client_of`` for a block of code in which whatever fails raises MongoError."""
    from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError  # as above

    try:
        with client_of(uri, **options) as client:
            yield client
    except (ConnectionFailure, OperationFailure) as error:
        raise MongoError(gist(error, uri)) from error
    except (PyMongoError, ValueError, OSError) as error:
        raise MongoUriError(gist(error, uri)) from error


def drop(uri: str, database: str) -> None:
    """Drop a database. Raises MongoError."""
    with connected(uri) as client:
        client.drop_database(database)


def main() -> None:
    uri, database = json.load(sys.stdin)
    drop(uri, database)
    time.sleep(SETTLED_S)
    drop(uri, database)  # a last insert may have made it anew


if __name__ == "__main__":
    main()
