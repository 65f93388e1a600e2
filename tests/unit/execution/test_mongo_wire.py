"""Messages as the protocol has them, and everything that is none."""

import struct
from contextlib import suppress
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.execution.services import mongo_wire as wire

FIND = {"find": "c", "filter": {"_id": 1}, "$db": "x"}


def section(document: dict[str, Any]) -> bytes:
    return b"\x00" + bson.encode(document)


def sequence(name: str, documents: list[dict[str, Any]]) -> bytes:
    content = name.encode() + b"\x00" + b"".join(map(bson.encode, documents))
    return b"\x01" + struct.pack("<i", 4 + len(content)) + content


def message(*sections: bytes, flags: int = 0, opcode: int = wire.OP_MSG, request: int = 7) -> bytes:
    body = struct.pack("<I", flags) + b"".join(sections)
    return struct.pack("<iiii", 16 + len(body), request, 0, opcode) + body


def query(command: dict[str, Any], collection: str = "admin.$cmd") -> bytes:
    name = collection.encode() + b"\x00"
    return message(name, struct.pack("<ii", 0, -1), bson.encode(command), opcode=wire.OP_QUERY)


def nested(depth: int) -> bytes:
    """A document of so many documents in each other, made from outside in."""
    heads = [struct.pack("<i", 5 + 8 * level) + b"\x03a\x00" for level in range(depth, 0, -1)]
    return b"".join(heads) + b"\x05\x00\x00\x00\x00" + b"\x00" * depth


def test_a_command() -> None:
    request = wire.parse(message(section(FIND)))
    assert request == wire.WireRequest(7, FIND)
    assert request.name == "find"


@pytest.mark.parametrize("first", [True, False])
def test_document_sequences_become_fields(first: bool) -> None:
    documents = [{"_id": n} for n in range(3)]
    sections = [section({"insert": "c", "$db": "x"}), sequence("documents", documents)]
    request = wire.parse(message(*(sections if first else sections[::-1])))
    assert request.name == "insert"
    assert request.command["documents"] == documents


def test_an_empty_document_sequence() -> None:
    assert wire.parse(message(section(FIND), sequence("documents", []))).command["documents"] == []


def test_the_checksum_is_cut_off() -> None:
    assert wire.parse(message(section(FIND), b"\xff" * 4, flags=1)).command == FIND


def test_flags() -> None:
    assert not wire.parse(message(section(FIND), flags=2)).answered
    assert wire.parse(message(section(FIND), flags=1 << 16)).answered  # exhaust: allowed, not asked for
    with pytest.raises(wire.WireError):
        wire.parse(message(section(FIND), flags=4))


def test_the_legacy_handshake() -> None:
    for command in ({"ismaster": 1}, {"$query": {"ismaster": 1}}):
        request = wire.parse(query(command))
        assert (request.command, request.legacy) == ({"ismaster": 1, "$db": "admin"}, True)
    answer = wire.build(request, {"ok": 1.0})
    assert struct.unpack_from("<iiii", answer) == (len(answer), 0, 7, wire.OP_REPLY)
    assert bson.decode(answer[36:]) == {"ok": 1.0}


def test_an_answer_reads_as_a_message() -> None:
    answer = wire.build(wire.WireRequest(9, FIND), {"ok": 1.0})
    assert wire.message_length(answer) == len(answer)
    assert struct.unpack_from("<iiii", answer)[2:] == (9, wire.OP_MSG)
    assert wire.parse(answer).command == {"ok": 1.0}


def test_an_answer_too_large_is_refused_instead() -> None:
    answer = wire.build(wire.WireRequest(9, FIND), {"a": b"x" * wire.MAX_MESSAGE})
    assert wire.parse(answer).command["codeName"] == "BSONObjectTooLarge"


def test_failures_have_the_fields_that_drivers_read() -> None:
    assert wire.failure(59, "no") == {"ok": 0.0, "errmsg": "no", "code": 59, "codeName": "CommandNotFound"}
    assert wire.failure(4711, "no")["codeName"] == "Location4711"


def test_lengths() -> None:
    assert wire.message_length(b"") == 0
    assert wire.message_length(b"\x20\x00\x00") == 0
    assert wire.message_length(bytearray(b"\x20\x00\x00\x00")) == 32
    for absurd in (-1, 0, 15, 16, wire.MAX_MESSAGE + 1, 2**31 - 1):
        with pytest.raises(wire.WireError):
            wire.message_length(struct.pack("<i", absurd))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        message(),
        message(section({})),
        message(section(FIND), section(FIND)),
        message(sequence("documents", [])),
        message(section({"insert": 1, "documents": []}), sequence("documents", [])),
        message(section(FIND), sequence("a", []), sequence("a", [])),
        message(b"\x02" + bson.encode(FIND)),
        message(section(FIND), b"\x01\x04\x00\x00\x00"),
        message(section(FIND), b"\x01\x06\x00\x00\x00ab"),
        message(section(FIND), b"\x01\xff\xff\xff\x7fa\x00"),
        message(section(FIND), b"\x01\x06\x00\x00\x00\xff\x00"),
        message(b"\x00\xff\xff\xff\xff"),
        message(section(FIND)[:-1]),
        message(section(FIND) + b"\x00"),
        message(section(FIND), opcode=2012),
        message(b"\x00" + nested(100_000)),
        query(FIND),
        query({"ismaster": 1}, "admin.things"),
        query({"$query": 1}),
        query({"ismaster": 1})[:-1],
    ],
)
def test_what_is_no_message(bad: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.parse(bad)


def test_a_header_that_says_another_length() -> None:
    good = message(section(FIND))
    with pytest.raises(wire.WireError):
        wire.parse(good + b"\x00")


@given(st.binary(max_size=200), st.sampled_from([wire.OP_MSG, wire.OP_QUERY]), st.sampled_from([0, 1, 2]))
def test_random_bytes_raise_nothing_else(body: bytes, opcode: int, flags: int) -> None:
    with suppress(wire.WireError):
        wire.parse(message(body, flags=flags, opcode=opcode))


@given(st.data())
def test_damaged_messages_raise_nothing_else(data: st.DataObject) -> None:
    good = bytearray(message(section(FIND), sequence("documents", [{"_id": 1, "a": "b", "c": [1.5, None]}])))
    for place in data.draw(st.lists(st.integers(16, len(good) - 1), min_size=1, max_size=4)):
        good[place] = data.draw(st.integers(0, 255))
    with suppress(wire.WireError):
        wire.parse(bytes(good))
