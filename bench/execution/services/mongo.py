"""The embedded MongoDB: a loopback process that the real drivers take for a standalone server.

    python -m bench.execution.services.mongo

It speaks the wire protocol (``mongo_wire``) over a mongomock store (``mongo_store``): what a driver does is
real, the database behind it is simulated. A find whose command carries ``comment: {"delay_ms": 20}`` is
answered that much later, as a database on the other side of a network would.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from bench.execution.services import mongo_wire as wire
from bench.execution.services.counters import Counters, serve
from bench.execution.services.mongo_store import Store

MAX_DELAY_MS = 60_000
READ_AHEAD = 1 << 20  # bytes taken from a client that does not wait for its answers

QUERIES = frozenset({"find", "getMore"})
# What drivers send on their monitoring connections, and when they connect and leave: not part of a query.
MONITORING = wire.HANDSHAKE | {"ping", "buildInfo", "buildinfo", "endSessions"}


def delay_of(command: Mapping[str, Any]) -> float:
    """Delay that a find asks for, in seconds."""
    comment = command.get("comment")
    asked = comment.get("delay_ms") if isinstance(comment, dict) else None
    if "find" not in command or not isinstance(asked, int | float) or not asked > 0:  # NaN is not
        return 0.0
    return min(float(asked), MAX_DELAY_MS) / 1e3


class MongoProtocol(asyncio.Protocol):
    """One client's connection: its messages are answered one after the other."""

    def __init__(self, store: Store, counters: Counters) -> None:
        self._store = store
        self._counters = counters
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._due: asyncio.TimerHandle | None = None  # of the answer that waits: a query in flight
        self._writable = True
        self._counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._pump()

    def connection_lost(self, exc: Exception | None) -> None:
        self._buffer.clear()
        if self._due is not None:
            self._due.cancel()
            self._due = None
            self._counters.end()

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._pump()

    def _pump(self) -> None:
        """Answer complete messages until an answer has to wait, which keeps them in order."""
        try:
            while self._due is None and self._writable and not self._transport.is_closing():
                length = wire.message_length(self._buffer)
                if not 0 < length <= len(self._buffer):
                    # Reading stops only while an answer waits, so here it resumes.
                    self._transport.resume_reading()
                    return
                message = bytes(memoryview(self._buffer)[:length])
                del self._buffer[:length]
                self._serve(wire.parse(message))
        except wire.WireError:
            self._buffer.clear()
            self._transport.close()
            return
        if len(self._buffer) > READ_AHEAD:
            self._transport.pause_reading()

    def _serve(self, request: wire.WireRequest) -> None:
        name = request.name
        if not self._counted and name not in MONITORING:
            self._counted = True
            self._counters.connections += 1
        if name not in QUERIES:
            answer = self._answer(request)
            if request.answered:
                self._transport.write(answer)
            return
        came = self._loop.time()
        self._counters.begin()
        delay = delay_of(request.command) if request.answered else 0.0
        answer = self._answer(request)
        if delay:
            self._due = self._loop.call_at(came + delay, self._send_due, came + delay, answer)
            return
        if request.answered:
            self._transport.write(answer)
        self._counters.end()

    def _send_due(self, due: float, answer: bytes) -> None:
        self._counters.late_s += self._loop.time() - due
        self._due = None
        self._transport.write(answer)
        self._counters.end()
        self._pump()

    def _answer(self, request: wire.WireRequest) -> bytes:
        document = self._store.run(request.command)
        try:
            return wire.build(request, document)
        except Exception as error:  # an update may have made what BSON cannot carry
            return wire.build(request, wire.failure(8, f"the answer cannot be encoded: {error}"))


def main() -> None:
    """Serve until standard input closes."""
    store, counters = Store(), Counters()
    serve(lambda: MongoProtocol(store, counters), counters)


if __name__ == "__main__":
    main()
