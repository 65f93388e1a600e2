"""What is said of a MongoDB that cannot be used: by the cause, with what to do, and without secrets."""

from __future__ import annotations

import pytest
from pymongo.errors import (
    ConfigurationError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from bench.environment.mongo_client import MongoError, Trouble, connected

URI = "mongodb://someone:hunter2@db.example:27017/"


@pytest.mark.parametrize(
    ("error", "said", "advice"),
    [
        (
            ServerSelectionTimeoutError(
                "db.example:27017: [Errno 111] Connection refused (configured timeouts"
            ),
            "no MongoDB answers at mongodb://db.example:27017: db.example:27017: [Errno 111] Connection refused",
            "start it",
        ),
        (
            ServerSelectionTimeoutError("db.example:27017: [Errno -2] Name or service not known"),
            "the host of mongodb://db.example:27017 is unknown: ",
            "correct its name",
        ),
        (
            ServerSelectionTimeoutError("SSL handshake failed: db.example:27017: certificate verify failed"),
            "TLS fails with mongodb://db.example:27017: ",
            "set tls",
        ),
        (
            OperationFailure("Authentication failed.", 18),
            "mongodb://db.example:27017 refuses the login: Authentication failed.",
            "correct the user, the password",
        ),
        (
            OperationFailure("command insert requires authentication", 13),
            "refuses the login",
            "correct the user",
        ),
        (
            OperationFailure("not authorized on bench_1 to execute command", 13),
            "the user may not create and drop a database at mongodb://db.example:27017: not authorized",
            "grant it readWrite",
        ),
        (OperationFailure("no space left", 14031), "refuses a command: no space left", "see what"),
        (ConfigurationError("hunter2 is no option"), "cannot be used: ConfigurationError", "write it as"),
    ],
)
def test_the_cause_is_told_with_what_to_do(error: PyMongoError, said: str, advice: str) -> None:
    with pytest.raises(MongoError) as told, connected(URI):
        raise error
    assert said in told.value.said
    assert told.value.advice.startswith(advice)
    assert "hunter2" not in told.value.said


def test_the_name_of_a_host_is_no_cause() -> None:
    error = ServerSelectionTimeoutError("mongo-tls.example:27017: [Errno 111] Connection refused")
    assert MongoError(error, "mongodb://mongo-tls.example:27017/").trouble is Trouble.SILENT
