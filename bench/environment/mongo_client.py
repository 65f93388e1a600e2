"""A client of a MongoDB that may not answer."""

from __future__ import annotations

import warnings
from typing import Any


def client_of(uri: str, timeout: float = 4) -> Any:
    """A pymongo client that gives up soon."""
    from pymongo import MongoClient

    limit = int(timeout * 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with a URI is said by the error that follows
        return MongoClient(uri, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit)
