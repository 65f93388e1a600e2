"""A MongoDB that may not answer: asking it, and dropping the database that a run made there.

``python -m bench.environment.mongo_client`` drops one for a run that was killed: the watchdog passes the URI,
which may have credentials, and the database's name as a JSON list on standard input.
"""

import json
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

from bench.core.credentials import WELL_FORMED, gist, without_credentials

SETTLED_S = 0.3  # within which a server has done what clients that were killed had asked for


class Trouble(Enum):
    """Why a MongoDB cannot be used: what is said of it, and what to do."""

    SILENT = "no MongoDB answers at {}", "start it"
    NAME = "the host of {} is unknown", "correct its name"
    TLS = "TLS fails with {}", "set tls and tlsCAFile as the server requires"
    LOGIN = "{} refuses the login", "correct the user, the password and authSource"
    COMMAND = "{} refuses a command", "see what it says"
    RIGHTS = "the user may not create and drop a database at {}", "grant it readWrite and dbAdmin"
    URI = (
        "{} cannot be used",
        "write it as mongodb://USER:PASSWORD@HOST:PORT, with @ in the password as %40",
    )


LOGIN_CODES = (18, 8000)  # of the server; 8000: Atlas
RIGHTS_CODE = 13
NAME_WORDS = ("name or service not known", "name resolution", "nodename nor servname", "getaddrinfo")
TLS_WORDS = ("ssl", "tls", "certificate")


class MongoError(Exception):
    """A MongoDB does not answer or refuses; the reason is without secrets."""

    def __init__(self, error: BaseException, uri: str) -> None:
        super().__init__(gist(error, uri))
        self.where = without_credentials(uri)
        form = WELL_FORMED.fullmatch(uri)
        self.trouble = trouble_of(error, form["hosts"].split(",")) if form else Trouble.URI

    @property
    def said(self) -> str:
        """What is wrong and where, with the driver's own words."""
        return f"{self.trouble.value[0].format(self.where)}: {self}"

    @property
    def advice(self) -> str:
        return self.trouble.value[1]


def trouble_of(error: BaseException, hosts: Sequence[str]) -> Trouble:
    """By the class of the error, the server's code, and the driver's words where it has no class for it. The
    names of ``hosts`` are no words of the driver's."""
    kinds = {kind.__name__ for kind in type(error).__mro__}  # pymongo's, which is not imported for this
    said = str(error)
    for host in hosts:
        said = said.replace(host, "").replace(host.rpartition(":")[0] or host, "")
    said = said.lower()
    if "OperationFailure" in kinds:
        code = getattr(error, "code", None)
        if code in LOGIN_CODES or "authenticat" in said:
            return Trouble.LOGIN
        return Trouble.RIGHTS if code == RIGHTS_CODE else Trouble.COMMAND
    if "ConnectionFailure" in kinds:
        causes = ((Trouble.NAME, NAME_WORDS), (Trouble.TLS, TLS_WORDS))
        return next((cause for cause, words in causes if any(word in said for word in words)), Trouble.SILENT)
    return Trouble.URI


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
    from pymongo.errors import PyMongoError  # as above

    try:
        with client_of(uri, **options) as client:
            yield client
    except (PyMongoError, ValueError, OSError) as error:
        raise MongoError(error, uri) from error


def drop(uri: str, database: str) -> None:
    """Drop a database. Raises MongoError."""
    with connected(uri) as client:
        client.drop_database(database)


def require_rights(uri: str, database: str) -> None:
    """Make a database of that name and drop it, as a run does. Raises MongoError where the user may not."""
    with connected(uri) as client:
        client[database]["rights"].insert_one({})
        client.drop_database(database)


def main() -> None:
    uri, database = json.load(sys.stdin)
    drop(uri, database)
    time.sleep(SETTLED_S)
    drop(uri, database)  # a last insert may have made it anew


if __name__ == "__main__":
    main()
