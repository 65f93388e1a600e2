"""What is made of a worker's answer, whatever it is; and of sizes and standard error."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.cell import Cell, Spec
from bench.core.errors import UserError
from bench.core.observation import Cause, Failure, Observation, Stage
from bench.execution.cell import record_of
from bench.execution.child_process import ProcessAnswer, Stop, last_telling_line
from bench.execution.memory_limit import over_limit, size
from bench.planning.rules import read_size
from bench.worker.request import Request

CELL = Cell("3.11", "sleep", Spec("workloads.sleep:Sleep"), "sync", 1, 1)
REQUEST = Request(3, CELL)
SEEN = Observation(3, CELL.key, 0.0, wall_s=0.5, n=1)


def test_a_secret_that_is_long_is_hidden_whole() -> None:
    secret = "s3cret" * 100
    request = Request(3, CELL, {"mongo": {"uri": f"mongodb://user:{secret}@127.0.0.1:1"}})
    failed = record_of(
        answer(b"", last_telling_line(b"x" * 300 + b"cannot reach mongodb://user:" + secret.encode())),
        request,
    )
    assert isinstance(failed, Failure)
    assert "s3cret" not in failed.reason
    assert "cannot reach" in failed.reason


def answer(line: bytes, stderr: str = "", code: int = 0, ended: Stop | None = None) -> ProcessAnswer:
    return ProcessAnswer(line, code, stderr, Stage.BATCH, ended)


def line_of(**fields: object) -> bytes:
    return json.dumps({"observation": {**asdict(SEEN), **fields}}).encode()


def test_an_observation_of_the_cell_is_taken() -> None:
    assert record_of(answer(line_of()), REQUEST, lived_s=1.0) == SEEN


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (line_of(block=4), "not an observation of this cell"),
        (line_of(key="another"), "not an observation of this cell"),
        (b"{}", "not an observation of this cell"),
        (line_of(wall_s=float("nan")), "not an observation: JSON is malformed"),
        (line_of(wall_s="long"), "not an observation: Expected `float`"),
        (line_of(loop="\ud800"), "not an observation: "),
        (line_of(wall_s=1.5), "its batch took 1.5 s by its own clock, but its process lived only 1 s"),
        (b"[" * 100_000, "not an observation: "),
        (b'{"failure": {"stage": "open", "reason": "\\u0007", "cause": "error"}}', "\\x07"),
        (
            b'{"failure": {"stage": "\\u001b[2J", "reason": "", "cause": "error"}}',
            "not an observation: Invalid enum",
        ),
    ],
)
def test_what_is_none_says_why(line: bytes, words: str) -> None:
    record = record_of(answer(line), REQUEST, lived_s=1.0)
    assert isinstance(record, Failure)
    assert words in record.reason
    assert (record.stage + record.reason).isprintable()


@given(
    st.binary()
    | st.text().map(
        lambda text: json.dumps({"failure": {"stage": "open", "reason": text, "cause": "error"}}).encode()
    )
)
def test_any_answer_becomes_a_record_that_can_be_shown(line: bytes) -> None:
    record = record_of(answer(line), REQUEST)
    assert isinstance(record, Failure)
    assert record.stage.isprintable()
    assert record.reason.isprintable()


def test_a_pool_that_broke_is_explained_by_its_process() -> None:
    line = b'{"failure": {"stage": "open", "reason": "BrokenProcessPool: gone", "cause": "pool broke"}}'
    record = record_of(answer(line, "OSError: no such thing"), REQUEST)
    assert isinstance(record, Failure)
    assert (record.stage, record.reason) == ("open", "BrokenProcessPool: gone (OSError: no such thing)")


def test_only_a_pool_that_broke_is_explained_by_standard_error() -> None:
    line = b'{"failure": {"stage": "open", "reason": "ValueError: BrokenProcessPool", "cause": "error"}}'
    record = record_of(answer(line, "a warning"), REQUEST)
    assert isinstance(record, Failure)
    assert (record.reason, record.cause) == ("ValueError: BrokenProcessPool", Cause.ERROR)


def test_how_a_process_ended_is_said_in_words() -> None:
    assert answer(b"", code=3).early_end() == "ended with exit code 3 before it answered"
    assert answer(b"", "Fatal", -11).early_end() == "was killed by SIGSEGV before it answered: Fatal"
    assert answer(b"", code=-40).early_end() == "was killed by signal 40 before it answered"


def test_what_was_ended_from_outside_has_its_cause() -> None:
    record = record_of(answer(b"", ended=Stop(Cause.MEMORY, "it took too much")), REQUEST)
    assert isinstance(record, Failure)
    assert (record.stage, record.cause) == (Stage.BATCH, Cause.MEMORY)
    assert record.reason == "it took too much; it was ended"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", ""),
        (b"Traceback (most recent call last):\n  File x\nOSError: none\n", "OSError: none"),
        (b"Process ForkServerProcess-2:\n", ""),
        (
            b"  + Exception Group\n    | Traceback:\n    |   File x\n    | OSError: in it\n    +-----\n",
            "OSError: in it",
        ),
        (b"\xff\xfe odd\n", "\ufffd\ufffd odd"),
    ],
)
def test_the_last_line_that_tells_something(text: bytes, told: str) -> None:
    assert last_telling_line(text) == told


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("2G", 2 << 30),
        ("500M", 500 << 20),
        ("1.5GiB", 3 << 29),
        ("64kb", 64 << 10),
        ("100", 100),
    ],
)
def test_sizes_are_read(text: str, bytes_: int) -> None:
    assert read_size(text) == bytes_


@pytest.mark.parametrize("text", ["", "0", "0G", "G", "-1G", "2X", "1e9", "nan", "9" * 40])
def test_what_is_no_size_is_a_mistake(text: str) -> None:
    with pytest.raises(UserError, match=r"is not a size \(try 500M\)\."):
        read_size(text)


def test_without_a_limit_no_process_is_read() -> None:
    assert over_limit(None, -1) is None
    assert size(1 << 31) == "2 GiB"
    assert size(300 << 20) == "300 MiB"
