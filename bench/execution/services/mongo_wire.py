"""The MongoDB wire protocol: bytes into requests, answers into bytes. Nothing here waits or remembers.

Spoken are OP_MSG, and OP_QUERY as far as the handshake of older drivers needs it.
https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md
"""

import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

import bson
from bson.errors import BSONError

MAX_BSON = 16 * 1024 * 1024
MAX_MESSAGE = 48_000_000  # what a server announces as maxMessageSizeBytes
HANDSHAKE = frozenset({"hello", "isMaster", "ismaster"})

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
CHECKSUM_PRESENT, MORE_TO_COME = 1, 2
REQUIRED_FLAGS = 0xFFFF  # a receiver must refuse what it does not know among these, and skip the others
AWAIT_CAPABLE = 8

_INT = struct.Struct("<i")
_HEADER = struct.Struct("<iiii")  # length, request id, response to, opcode
_MSG = struct.Struct("<iiiiIb")  # header, flags, kind of the one section
_REPLY = struct.Struct("<iiiiiqii")  # header, flags, cursor, starting from, number of documents

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
CODE_NAMES = {
    2: "BadValue",
    8: "UnknownError",
    14: "TypeMismatch",
    43: "CursorNotFound",
    53: "InvalidIdField",
    59: "CommandNotFound",
    73: "InvalidNamespace",
    238: "NotImplemented",
    10334: "BSONObjectTooLarge",
    11000: "DuplicateKey",
}


class WireError(Exception):
    """Input that is not the protocol: the connection is closed."""


class WireRequest(NamedTuple):
    """A command, with its document sequences already put in, and how it wants to be answered."""

    id: int
    command: dict[str, Any]
    legacy: bool = False  # came as OP_QUERY, so the answer goes as OP_REPLY
    answered: bool = True  # False: the client asked for silence (moreToCome)

    @property
    def name(self) -> str:
        """Of the command: its first field."""
        return next(iter(self.command), "")


def failure(code: int, message: str) -> dict[str, Any]:
    """The reply document of a command that failed."""
    name = CODE_NAMES.get(code, f"Location{code}")
    return {"ok": 0.0, "errmsg": message, "code": code, "codeName": name}


def message_length(buffer: bytes | bytearray) -> int:
    """Length of the message at the start of ``buffer``; 0 while it is unknown."""
    if len(buffer) < _INT.size:
        return 0
    (length,) = _INT.unpack_from(buffer)
    if not _HEADER.size < length <= MAX_MESSAGE:
        raise WireError(f"a message of {length} bytes")
    return int(length)


def parse(message: bytes) -> WireRequest:
    """One whole message, as ``message_length`` cut it."""
    try:
        length, request_id, _, opcode = _HEADER.unpack_from(message)
        if length != len(message):
            raise WireError(f"{len(message)} bytes where the header says {length}")
        if opcode == OP_MSG:
            return _parse_msg(request_id, message)
        if opcode == OP_QUERY:
            return _parse_query(request_id, message)
    except (struct.error, BSONError, ValueError) as error:
        raise WireError(f"malformed message: {error}") from error
    raise WireError(f"opcode {opcode}")


def _parse_msg(request_id: int, message: bytes) -> WireRequest:
    (flags,) = struct.unpack_from("<I", message, 16)
    if flags & REQUIRED_FLAGS & ~(CHECKSUM_PRESENT | MORE_TO_COME):
        raise WireError(f"unknown flags {flags:#x}")
    # The checksum is cut off, not verified: loopback does not lose bits.
    end = len(message) - (4 if flags & CHECKSUM_PRESENT else 0)
    command: dict[str, Any] | None = None
    sequences: dict[str, list[dict[str, Any]]] = {}
    at = 20
    while at < end:
        kind = message[at]
        at += 1
        stop = at + _sized(message, at, end)
        if kind == 0 and command is None:
            command = bson.decode(message[at:stop])
        elif kind == 1:
            nul = message.index(0, at + 4, stop)
            name = message[at + 4 : nul].decode()
            if name in sequences:
                raise WireError(f"document sequence {name!r} twice")
            sequences[name] = bson.decode_all(message[nul + 1 : stop])
        else:
            raise WireError(f"section of kind {kind}")
        at = stop
    if not command:
        raise WireError("no command")
    if command.keys() & sequences.keys():
        raise WireError("a document sequence that the command has as a field too")
    command.update(sequences)
    return WireRequest(request_id, command, answered=not flags & MORE_TO_COME)


def _parse_query(request_id: int, message: bytes) -> WireRequest:
    nul = message.index(0, 20)
    collection = message[20:nul].decode()
    at = nul + 1 + 8  # past the numbers to skip and to return
    document = bson.decode(message[at : at + _sized(message, at, len(message))])
    command = document.get("$query", document)
    if not isinstance(command, dict) or not collection.endswith(".$cmd"):
        raise WireError("OP_QUERY without a command")
    request = WireRequest(request_id, {**command, "$db": collection.removesuffix(".$cmd")}, legacy=True)
    if request.name not in HANDSHAKE:
        raise WireError("OP_QUERY is for the handshake only")
    return request


def _sized(message: bytes, at: int, end: int) -> int:
    """The length field at ``at``, checked against the bytes there are."""
    (size,) = _INT.unpack_from(message, at)
    if not 5 <= size <= end - at:
        raise WireError(f"{size} bytes claimed, {end - at} there")
    return int(size)


def build(request: WireRequest, document: Mapping[str, Any]) -> bytes:
    """The reply to ``request``, encoded by the opcode of the request."""
    body = bson.encode(document)
    if request.legacy:
        header = _REPLY.pack(_REPLY.size + len(body), 0, request.id, OP_REPLY, AWAIT_CAPABLE, 0, 0, 1)
        return header + body
    length = _MSG.size + len(body)
    if length > MAX_MESSAGE:
        return build(request, failure(10334, "the answer is too large: ask for smaller batches"))
    return _MSG.pack(length, 0, request.id, OP_MSG, 0, 0) + body
