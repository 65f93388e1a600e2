"""Credentials of a MongoDB's URI are never told, however the URI is written."""

from __future__ import annotations

import sys
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cli.parsing import command_line
from bench.core.cell import Cell, Spec
from bench.core.credentials import gist, hidden, repeatable, without_credentials
from bench.core.observation import Cause, Stage
from bench.execution.cell import failure
from bench.execution.services.process import ServiceError
from bench.execution.services.starters import real_mongo
from bench.execution.watchdog import Watchdog
from bench.worker.request import Request

SECRET = "hunter2"
WELL_FORMED = [
    ("mongodb://me:hunter2@127.0.0.1:9/", "mongodb://127.0.0.1:9"),
    ("mongodb://me:hunter2@[::1]:9/db?authSource=admin", "mongodb://[::1]:9"),
    ("mongodb://hunter2@127.0.0.1:9,127.0.0.2:9/?replicaSet=rs", "mongodb://127.0.0.1:9,127.0.0.2:9"),
    ("mongodb://127.0.0.1:9/?tls=true&tlsCertificateKeyFilePassword=hunter2", "mongodb://127.0.0.1:9"),
    ("mongodb://127.0.0.1:9?authMechanismProperties=AWS_SESSION_TOKEN:hunter2", "mongodb://127.0.0.1:9"),
    ("mongodb+srv://me:hunter2@cluster.example.org/db", "mongodb+srv://cluster.example.org"),
    ("mongodb://me:%68unter2@127.0.0.1:9/", "mongodb://127.0.0.1:9"),
]
MALFORMED = [
    "mongodb://me:hunter2",
    "mongodb://me:x@hunter2/y@127.0.0.1:9/",
    "mongodb://me:hunter2/x@127.0.0.1:9/",
    "mongodb://me:x/hunter2@127.0.0.1:9/",
    "mongodb://me:x#hunter2@127.0.0.1:9/",
    "mongodb://me:x?hunter2@127.0.0.1:9/",
    "mongodb://me:x%hunter2@127.0.0.1:hunter2/",
    "mongodb://127.0.0.1:9/hunter2/x",
    "mongodb://127.0.0.1:9/?x=@hunter2",
    "mongodb://[hunter2",
    "mongo://me:hunter2@127.0.0.1:9",
    "me:hunter2@127.0.0.1:9",
    "hunter2",
    "mongodb://me:hunter2@127.0.0.1:9/\n",
]


@pytest.mark.parametrize(("uri", "shown"), WELL_FORMED)
def test_where_a_uri_leads_is_shown(uri: str, shown: str) -> None:
    assert without_credentials(uri) == repeatable(uri) == shown


@pytest.mark.parametrize(
    "uri", ["mongodb://127.0.0.1:27017", "mongodb://h/?replicaSet=rs&directConnection=true"]
)
def test_a_uri_without_secrets_can_be_repeated(uri: str) -> None:
    assert repeatable(uri) == uri


@pytest.mark.parametrize("uri", MALFORMED)
def test_of_what_is_malformed_nothing_is_shown(uri: str) -> None:
    assert without_credentials(uri) == repeatable(uri) == "the URI given"


@pytest.mark.parametrize("uri", [*(uri for uri, _ in WELL_FORMED if "srv" not in uri), *MALFORMED])
@pytest.mark.filterwarnings("ignore:Unknown option")
def test_a_server_that_cannot_be_had_is_told_without_secrets(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.environment.mongo_client.client_of", quick_client)
    with pytest.raises(ServiceError) as told:
        real_mongo(uri, "bench_x", Watchdog())  # which is not started: nothing is to be undone
    assert SECRET not in str(told.value)


def quick_client(uri: str, timeout: float = 4) -> object:
    from pymongo import MongoClient

    return MongoClient(uri, serverSelectionTimeoutMS=50, connectTimeoutMS=50)


@pytest.mark.parametrize("uri", [*(uri for uri, _ in WELL_FORMED), *MALFORMED])
@pytest.mark.parametrize("form", ["--mongo-uri {}", "--mongo-uri={}"])
def test_the_command_is_saved_without_secrets(uri: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = form.split(" ")
    monkeypatch.setattr(sys, "argv", ["bench", "run", *(word.format(uri) for word in words), "--quick"])
    saved = command_line()
    assert SECRET not in saved
    assert "--mongo-uri" in saved
    assert saved.endswith(" --quick")


@pytest.mark.parametrize("uri", [uri for uri, _ in WELL_FORMED])
def test_a_failure_is_kept_without_secrets(uri: str) -> None:
    cell = Cell("3.11", "mongo", Spec(""), "sync", 1, 1)
    request = Request(0, cell, {"mongo": {"uri": uri, "database": "bench_x"}})
    said = f"InvalidURI: {uri} is refused, as hunter2 is; 127.0.0.1 is fine"
    kept = failure(request, Stage.OPEN, said, Cause.ERROR)
    assert SECRET not in kept.reason
    assert "127.0.0.1 is fine" in kept.reason


PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=6, max_size=20)


@given(PASSWORDS, st.sampled_from([quote, quote_plus, lambda text: quote(text, safe=""), str]))
@settings(deadline=None, max_examples=300)
def test_no_password_is_ever_told(password: str, written: object) -> None:
    word = f"pw{password}"
    uri = f"mongodb://someone:{written(word)}@127.0.0.1:9/?tlsCertificateKeyFilePassword={written(word)}"
    for text in (without_credentials(uri), repeatable(uri), gist(complaint(uri), uri)):
        assert word not in text
        assert written(word) not in text
    if without_credentials(uri) != "the URI given":
        assert word not in hidden(f"{uri} {word} {word!r}", uri)


def complaint(uri: str) -> Exception:
    """What the driver says of a URI, or what repeats it."""
    from pymongo.uri_parser import parse_uri

    try:
        parse_uri(uri)
    except Exception as error:
        return error
    return ValueError(f"Bad URI {uri!r}")
